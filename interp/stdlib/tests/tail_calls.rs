//! Handlers go on by jumps: no instruction leaves anything on the machine stack, however long a frame runs.
//!
//! Every snippet below runs many times in one frame, on a thread whose stack is small. A handler whose call of the next
//! one is no jump deepens the stack by its own frame each time, until calls are refused with RecursionError. (Builds
//! without optimisation dispatch by a loop, where this holds trivially.)

use habu_runtime::types::exception::print::print_uncaught;
use habu_runtime::vm::{Options, Vm};

/// What a handler leaves at the least, times this, is more than the stack.
const TIMES: usize = 24_000;
const STACK: usize = 1 << 20;

const PRELUDE: &str = r#"
import sys
class Manager:
    def __enter__(self): return self
    def __exit__(self, *args): return True
class Base:
    shared = 5
    def __init__(self, v=0): self.x = v
    def method(self, v): return v
    @property
    def prop(self): return self.x
    @prop.setter
    def prop(self, v): self.x = v
    @classmethod
    def made(cls): return cls
    @staticmethod
    def static(v): return v
class Derived(Base):
    def method(self, v): return super().method(v)
    def __call__(self, v): return v
    def __getitem__(self, i): return i
    def __setitem__(self, i, v): pass
    def __delitem__(self, i): pass
    def __len__(self): return 3
    def __bool__(self): return True
    def __contains__(self, v): return True
    def __add__(self, o): return self
    def __radd__(self, o): return self
    def __iadd__(self, o): return self
    def __matmul__(self, o): return self
    def __neg__(self): return self
    def __eq__(self, o): return True
    def __lt__(self, o): return True
    def __hash__(self): return 1
    def __iter__(self): return iter((1, 2))
    def __getattr__(self, name): return 7
class Bare: pass
class Slots:
    __slots__ = ("a", "b")
class Counting:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 2: raise StopIteration
        return self.n
def plain(a, b=2): return a
def spread(*args, **options): return args
def only(a, *, scale=1): return a
def numbers():
    yield 1
    yield 2
def handled():
    try:
        yield 1
    except ValueError:
        yield 2
def delegating(): yield from numbers()
async def answer(): return 1
async def waiting(): return await answer()
def drive(c):
    try: c.send(None)
    except StopIteration: pass
def same(v): return v
# A native function that calls a Python one: refused when the stack is nearly used up.
def probe(): return max((1, 2), key=same)
L, T, D, S, B, Z = [1, 2, 3, 4], (1, 2), {"a": 1, "b": 2}, {1, 2}, b"abc", 1 + 2j
words, numbers_of, floats = ["x", "y"], [1, 2], [1.5, 2.5]
o, base, bare, slots, bound, big = Derived(), Base(), Bare(), Slots(), Base().method, 10 ** 30
variable = 0
"#;

const SNIPPETS: &[&str] = &[
    // Calls.
    "abs(-i); len(L); L.append(i); L.pop(); 'x'.startswith('x'); isinstance(i, int); int('3'); str(i); type(i)",
    "plain(i); plain(i, 1); plain(a=i); plain(i, b=3); only(i, scale=2); spread(i, i); spread(i, k=i)",
    "plain(*T); plain(**{'a': 1}); spread(*L, **D); len(*(L,)); dict(**D); dict(a=i); sorted(L, reverse=True)",
    "Base(); Base(i); Bare(); Base(v=i); object(); list(L); bound(i); o(i); o.method(i); base.method(i)",
    "Base.made(); o.made(); o.static(i); (lambda v: v)(i); print(end='')",
    // Attributes.
    "o.x; o.x = i; o.prop; o.prop = i; o.shared; Base.shared; sys.path; o.missing; base.x = 1.5; base.x = None",
    "bare.a = i; bare.b = L; bare.a; bare.b; del bare.a; slots.a = i; slots.a; f = o.method; f(i)",
    "(o if i & 1 else base).x; (o if i & 1 else base).x = i; (o if i & 1 else base).method(i)",
    // Arithmetic and comparison.
    "i + 1.5; i * big; big - 1; big // 7; big % 7; Z * Z; Z + 1; 's' + 't'; 's' * 3; '%d' % i; -i; ~i; not L; +i",
    "i << 70; big >> 3; i & 5; i | 5; i ^ 5; 2 ** 70; i / 3; i // 3; i % 3; 1.5 // 2; o + o; 1 + o; o @ o; -o; not o",
    "v = o; v += 1; v = L; v += []; v = i; v += 1; v -= 1; v *= 2; v //= 2; v |= 1",
    "'a' == 'b'; T < (1, 3); i in L; i not in S; 'a' in D; i in o; o == o; o < o; 1.5 < i; big > i; None is i; L == L",
    "1 if o else 2; 1 if L else 2; 1 if 'a' == 'b' else 2; 1 if T < (1, 3) else 2; 1 if o < o else 2; 1 if big > 3 else 2",
    "i == 1.5 or i != 2.5; 1 < i < 5; o and L; None or i",
    // Items.
    "L[0]; L[-1]; T[0]; 's'[0]; D['a']; B[0]; floats[0]; o[i]; L[1:3]; T[1:]; 'abc'[1:]; L[::2]; words[0]; Z.real",
    "L[0] = i; L[1] = 'x'; L[1] = 2; D['a'] = i; D['z'] = i; del D['z']; o[i] = i; del o[i]; L[1:2] = [2]; del L[1:2]; L.insert(1, 2)",
    "floats[0] = 2.5; numbers_of[0] = i; a, b = T; a, b = words; a, *b = L; (a, b), c = T, 1; a, b = o",
    // Iteration.
    "for v in L: pass\n    for v in T: pass\n    for v in 'ab': pass\n    for v in D: pass\n    for v in S: pass\n    for v in B: pass",
    "for v in numbers(): pass\n    for v in handled(): pass\n    for v in delegating(): pass\n    for v in Counting(): pass\n    for v in o: pass",
    "for v in enumerate(L): pass\n    for v in zip(L, T): pass\n    for v in map(same, T): pass\n    for v in range(3): pass\n    for v in floats: pass",
    "for v in reversed(L): pass\n    for k, v in D.items(): pass\n    for v in iter(T): pass\n    for v in filter(None, T): pass",
    "for v in numbers():\n        break\n    next(numbers()); sum(x for x in T); list(delegating())",
    "[v for v in T]; {v for v in T}; {v: v for v in T}; (v for v in T); [*L]; (*T,); {*S}; {**D}; [v for v in numbers()]",
    // Strings.
    "f'{i}{i:>4}{i!r}{1.5:.2f}'; 'a' 'b'; f'{o!s:10}'; '{}'.format(i)",
    // Exceptions and contexts.
    "try:\n        raise ValueError(i)\n    except ValueError as e:\n        pass",
    "try:\n        L[99]\n    except (KeyError, IndexError):\n        pass\n    finally:\n        v = i",
    "try:\n        undefined\n    except NameError:\n        pass\n    try:\n        1 // 0\n    except ZeroDivisionError:\n        pass",
    "try:\n        plain()\n    except TypeError:\n        pass\n    try:\n        o.x.nothing\n    except AttributeError:\n        pass",
    "try:\n        try:\n            raise KeyError(i)\n        except KeyError as e:\n            raise ValueError from e\n    except ValueError:\n        pass",
    "try:\n        raise ExceptionGroup('g', [ValueError(i), KeyError(i)])\n    except* ValueError:\n        pass\n    except* KeyError:\n        pass",
    "with Manager() as m: pass\n    with Manager(): raise ValueError(i)",
    "try:\n        for v in raising(): pass\n    except ValueError:\n        pass",
    // Scopes, classes, imports, matching, coroutines.
    "global variable\n    variable = i; variable; c = i; h = lambda: c; h()",
    "import sys; from sys import path; v = i; del v; assert i >= 0",
    "match L:\n        case [a, *b]: pass\n    match D:\n        case {'a': v}: pass\n    match base:\n        case Base(x=v): pass",
    "match i:\n        case 0: pass\n        case str(): pass\n        case _: pass",
    "drive(answer()); drive(waiting())",
];

/// Making a class and raising through a generator take longer: a few times are enough.
const SLOW: &[&str] = &["class K(Base): y = i", "exec('i')"];

fn program(snippet: &str, times: usize) -> String {
    format!(
        "{PRELUDE}\ndef raising():\n    yield 1\n    raise ValueError\n\ndef run():\n  for i in range({times}):\n    \
         {snippet}\n    if not i & 127: probe()\nrun()\n"
    )
}

fn run_all() {
    let mut vm = Vm::new(Options { no_site: true, ..Options::default() }).expect("memory to start");
    habu_stdlib::install(&mut vm).expect("the library starts");
    for (snippets, times) in [(SNIPPETS, TIMES), (SLOW, TIMES / 8)] {
        for snippet in snippets {
            let source = program(snippet, times);
            if let Err(raised) = habu_stdlib::run_source(&mut vm, source.as_bytes(), "<string>", None) {
                let exc = vm.take_exception(raised);
                print_uncaught(&mut vm, exc);
                panic!("the machine stack grew, or the program is wrong: {snippet}");
            }
        }
    }
}

#[test]
fn no_instruction_deepens_the_machine_stack() {
    let thread = std::thread::Builder::new().stack_size(STACK);
    thread.spawn(run_all).expect("a thread").join().expect("all programs run to their end");
}
