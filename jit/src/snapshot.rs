//! The immutable compile job: bytecode with its feedback, and what the heap said about it under the lock. The compile thread
//! sees nothing else of the runtime.

use habu_bytecode::code::{Handler, LoopHeader};
use habu_bytecode::feedback::AttrKind;
use habu_bytecode::op::{Ext, Instr, Op};
use habu_runtime::types::code::call_flags;
use std::collections::{HashMap, HashSet};

/// A compile job.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    pub name: String,
    /// `file:line`, for dumps.
    pub place: String,
    /// Address of the code object and of its instruction stream.
    pub code: u64,
    pub stream: u64,
    pub words: Vec<u32>,
    pub handlers: Vec<Handler>,
    pub loops: Vec<LoopHeader>,
    pub registers: u32,
    /// Registers that are parameters, and that are named locals (parameters included).
    pub params: u32,
    pub locals: u32,
    /// On-stack replacement: the loop header, and what its registers held.
    pub osr: Option<(u32, Vec<Seen>)>,
    /// The unit goes on behind the instruction at `osr`, at which a generator is suspended.
    pub resumes: bool,
    /// `CodeObj::call_flags`.
    pub flags: u32,
    /// Registers that may be live, from word offsets on.
    pub depths: Vec<(u32, u16)>,
    /// Tagged words of the names.
    pub names: Vec<u64>,
    /// Tagged word of a function of this code.
    pub function: u64,
    /// Whether frames must name their own function (`CodeObj::is_particular`).
    pub has_free: bool,
    /// Whether its globals are looked up each time.
    pub uncached: bool,
    /// By word offset of the instruction.
    pub facts: HashMap<u32, Fact>,
    /// What is found on classes that are constants, by word offset of the instruction.
    pub class_attrs: HashMap<u32, AttrFact>,
    /// Type id of each heap constant, by tagged word.
    pub const_ids: HashMap<u64, u32>,
    /// Type ids of the builtin classes that its globals hold, by tagged word.
    pub builtin_classes: HashMap<u64, u32>,
    /// Address of the table of strings of one Latin-1 character.
    pub latin1: u64,
    /// Tagged word of the empty tuple.
    pub empty_tuple: u64,
    /// Constants that are interned strings, as tagged words.
    pub interned: HashSet<u64>,
    /// What functions that are found as attributes mean to a call, by tagged word.
    pub callees: HashMap<u64, Callee>,
    /// The Python `__getitem__` and `__setitem__` of the classes whose shapes it has met, by instruction and shape.
    pub subscripts: HashMap<(Op, u32), AttrFact>,
    /// Names of keyword arguments, by word offset of the call.
    pub keyword_names: HashMap<u32, Vec<u64>>,
    /// How often guards failed here before: (word offset, reason's number); the builder takes the general road there.
    pub failed: Vec<(u32, u8)>,
    /// Its frames get frame objects often, so returns look whether there is one.
    pub observed: bool,
    /// Handlers are compiled before anything has raised.
    pub eager: bool,
    /// Inlined functions: what attributes of the first parameter are, by word offset and the shape that callers know it to have.
    pub contextual: HashMap<(u32, u32), AttrFact>,
    /// Small Python functions that it calls, directly or through each other, by address of their code.
    pub inlines: HashMap<u64, Snapshot>,
}

/// What a register held when the job was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seen {
    Int,
    Float,
    Bool,
    Unbound,
    /// Heap object of this shape or type id.
    Object(u32),
    Other,
}

/// What is known about an instruction beyond its feedback words.
#[derive(Clone, Debug)]
pub enum Fact {
    Global(GlobalFact),
    Attr(AttrFact),
    /// A site that meets a few shapes.
    Shapes(Vec<AttrFact>),
    Super(SuperFact),
    /// The methods of the left operands that an arithmetic instruction has met.
    Operator(Vec<AttrFact>),
    Call(Callee),
}

/// The cell a global name resolves to.
#[derive(Clone, Copy, Debug)]
pub struct GlobalFact {
    /// Tagged word of the cell.
    pub cell: u64,
    /// Content when the job was made.
    pub value: u64,
    /// Type id of the content when it is a heap object, else 0.
    pub id: u32,
    /// Stores are rare enough to compile the content in and watch the cell.
    pub watch: bool,
    /// Cell of the module globals that would shadow a builtin: watched too (0: none).
    pub shadow: u64,
}

/// An attribute inline cache, with what it means.
#[derive(Clone, Debug)]
pub struct AttrFact {
    pub kind: AttrKind,
    pub shape: u32,
    /// Byte offset in the object, or from the overflow array's start.
    pub offset: u32,
    /// Byte offset of the overflow pointer.
    pub overflow_at: u32,
    /// `Repr` of the slot.
    pub repr: u8,
    /// Declared slots may be empty.
    pub may_be_unbound: bool,
    /// Class whose change makes the entry wrong (address), if it relies on one, and its version.
    pub class: u64,
    pub version: u32,
    /// Stores that add: the shape moved to.
    pub new_shape: u32,
    /// The value, function or cell found.
    pub value: u64,
    pub value_id: u32,
    pub callee: Option<Callee>,
    /// Descriptors: their own class, whose change makes the entry wrong, too, and its version.
    pub via: Option<(u64, u32)>,
    /// The `__getattr__` that is asked when what is called raises AttributeError; 0: none.
    pub hook: u64,
}

/// `super().name`: what it finds for the shapes that the site has met.
#[derive(Clone, Debug)]
pub struct SuperFact {
    /// The builtin `super`.
    pub callee: u64,
    /// The class behind which the search begins.
    pub after: u64,
    pub entries: Vec<AttrFact>,
}

/// What a call site calls.
#[derive(Clone, Debug)]
pub enum Callee {
    Python(PythonCallee),
    /// Native function with an unboxed entry: address, number of f64 operands.
    Unboxed {
        function: u64,
        entry: u64,
        args: u32,
    },
    /// A class with plain allocation and a Python `__init__`, or none.
    Class {
        class: u64,
        version: u32,
        init: Option<PythonCallee>,
        plain: Option<PlainInstance>,
        /// `BaseException.__new__` makes its instances, of the arguments.
        raisable: bool,
    },
    /// A native function or method descriptor.
    Native {
        function: u64,
    },
    /// A builtin class that has a recipe.
    Builtin {
        class: u64,
        recipe: Recipe,
    },
    /// A class whose instances the runtime makes.
    Opaque,
    /// An instance whose class has a Python `__call__`.
    Instance(Box<AttrFact>),
    /// The builtin `range` class.
    Range {
        class: u64,
    },
    /// The builtin `len`, and others that are recipes.
    Recipe {
        function: u64,
        recipe: Recipe,
    },
    Other,
}

/// Instances that native code allocates itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlainInstance {
    pub shape: u32,
    pub size: u32,
    /// Declared slots, which begin unbound: byte offset of the first, and how many.
    pub slots_at: u32,
    pub slots: u32,
}

/// Builtins that native code knows by heart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recipe {
    Len,
    Abs,
    Min,
    Max,
    Float,
    Int,
    Ord,
    IsInstance,
    Append,
    Pop,
    Complex,
    DictGet,
    Floor,
    Ceil,
    Sqrt,
}

/// A Python function that a site calls.
#[derive(Clone, Debug)]
pub struct PythonCallee {
    /// Tagged word of the function; with `by_code`, the last one seen.
    pub function: u64,
    pub by_code: bool,
    pub code: u64,
    pub name: String,
    /// Positional parameters, of which the first are positional only.
    pub arg_count: u32,
    pub positional_only: u32,
    pub keyword_only: u32,
    /// Whether there are `*args` and `**keywords`.
    pub gathers_rest: bool,
    pub gathers_keywords: bool,
    /// Names of the parameters but for those two, as tagged words of interned strings.
    pub names: Vec<u64>,
    pub registers: u32,
    /// Default values of the last parameters, as tagged words, and the address of their tuple.
    pub defaults: Vec<u64>,
    pub defaults_at: u64,
    /// Whether its frames must name their own function (`CodeObj::is_particular`).
    pub has_free: bool,
}

impl Snapshot {
    /// Tagged words of heap objects that the job names: they must live until it is installed.
    pub fn roots(&self) -> Vec<u64> {
        fn of_callee(callee: &Callee, out: &mut Vec<u64>) {
            match callee {
                Callee::Python(p) | Callee::Class { init: Some(p), .. } => {
                    out.extend([p.function, p.code | 1]);
                    out.extend(&p.defaults);
                    out.extend((p.defaults_at != 0).then_some(p.defaults_at | 1));
                }
                _ => {}
            }
            match callee {
                Callee::Class { class, .. } | Callee::Range { class } | Callee::Builtin { class, .. } => {
                    out.push(*class);
                }
                Callee::Unboxed { function, .. } | Callee::Native { function } => out.push(*function),
                Callee::Recipe { function, .. } => out.push(*function),
                Callee::Instance(fact) => of_attr(fact, out),
                Callee::Python(_) | Callee::Opaque | Callee::Other => {}
            }
        }
        fn of_attr(fact: &AttrFact, out: &mut Vec<u64>) {
            out.extend((fact.value != 0).then_some(fact.value));
            out.extend((fact.class != 0).then_some(fact.class | 1));
            out.extend(fact.via.map(|(class, _)| class | 1));
            out.extend((fact.hook != 0).then_some(fact.hook));
            if let Some(callee) = &fact.callee {
                of_callee(callee, out);
            }
        }
        let mut out = vec![self.function];
        for fact in self.facts.values() {
            match fact {
                Fact::Global(g) => {
                    out.extend([g.cell, g.value]);
                    out.extend((g.shadow != 0).then_some(g.shadow));
                }
                Fact::Attr(a) => of_attr(a, &mut out),
                Fact::Shapes(all) | Fact::Operator(all) => all.iter().for_each(|a| of_attr(a, &mut out)),
                Fact::Super(s) => {
                    out.extend([s.callee, s.after]);
                    s.entries.iter().for_each(|a| of_attr(a, &mut out));
                }
                Fact::Call(callee) => of_callee(callee, &mut out),
            }
        }
        self.subscripts.values().for_each(|a| of_attr(a, &mut out));
        self.class_attrs.values().for_each(|a| of_attr(a, &mut out));
        self.contextual.values().for_each(|a| of_attr(a, &mut out));
        self.callees.values().for_each(|c| of_callee(c, &mut out));
        out.extend(self.inlines.values().flat_map(Snapshot::roots));
        out
    }

    /// Python functions that it calls, by address of their code, with shapes that it knows their first argument to have.
    pub fn receivers(&self) -> Vec<(u64, u32)> {
        let attrs = self.facts.values().flat_map(|fact| match fact {
            Fact::Attr(a) => std::slice::from_ref(a),
            Fact::Shapes(all) | Fact::Operator(all) => all,
            Fact::Super(s) => &s.entries,
            _ => &[],
        });
        let mut out: Vec<(u64, u32)> = attrs
            .chain(self.contextual.values())
            .chain(self.subscripts.values())
            .filter_map(|a| match &a.callee {
                Some(Callee::Python(target)) => Some((target.code, a.shape)),
                _ => None,
            })
            .collect();
        out.extend(self.facts.values().filter_map(|fact| match fact {
            Fact::Call(Callee::Class { init: Some(init), plain: Some(plain), .. }) => {
                Some((init.code, plain.shape))
            }
            Fact::Call(Callee::Instance(fact)) => match &fact.callee {
                Some(Callee::Python(target)) => Some((target.code, fact.shape)),
                _ => None,
            },
            _ => None,
        }));
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The Python functions that it knows callers to call directly.
    pub fn python_callees<'a>(&'a self) -> impl Iterator<Item = &'a PythonCallee> {
        let of_fact = |fact: &'a Fact| match fact {
            Fact::Call(callee) => vec![callee],
            Fact::Attr(a) => a.callee.iter().collect(),
            Fact::Shapes(all) | Fact::Operator(all) => all.iter().filter_map(|a| a.callee.as_ref()).collect(),
            Fact::Super(s) => s.entries.iter().filter_map(|a| a.callee.as_ref()).collect(),
            Fact::Global(_) => Vec::new(),
        };
        let subscripts = self.subscripts.values().filter_map(|a| a.callee.as_ref());
        let found = self.facts.values().flat_map(of_fact).chain(self.callees.values()).chain(subscripts);
        found.filter_map(|callee| match callee {
            Callee::Python(callee) | Callee::Class { init: Some(callee), .. } => Some(callee),
            Callee::Instance(fact) => match &fact.callee {
                Some(Callee::Python(callee)) => Some(callee),
                _ => None,
            },
            _ => None,
        })
    }

    pub fn instr(&self, pc: u32) -> Instr {
        Instr::from_words([self.words[pc as usize], self.words[pc as usize + 1]])
    }

    /// How many registers a generator keeps that is suspended at `pc`.
    pub fn saved_at(&self, pc: u32) -> u32 {
        match self.depths.partition_point(|(at, _)| *at <= pc) {
            0 => self.registers,
            i => u32::from(self.depths[i - 1].1).min(self.registers),
        }
    }

    /// `Generator::pc` of one that the instruction at `at` has suspended.
    pub fn suspended_pc(&self, at: u32) -> u32 {
        match self.op(at) {
            Some(op @ Op::MAKE_GENERATOR) => self.next(at, op),
            _ => at,
        }
    }

    /// Whether the code is the body of a generator, coroutine or async generator.
    pub fn is_generator(&self) -> bool {
        self.flags & call_flags::ANY_GENERATOR != 0
    }

    /// Whether anything in it is a call.
    pub fn calls(&self) -> bool {
        let mut pc = 0;
        while let Some(op) = (pc < self.words.len() as u32).then(|| self.op(pc)).flatten() {
            if matches!(op, Op::CALL | Op::CALL_METHOD | Op::CALL_KW | Op::CALL_EX) {
                return true;
            }
            pc = self.next(pc, op);
        }
        false
    }

    /// Whether anything in it changes which exception is being handled.
    pub fn handles(&self) -> bool {
        let mut pc = 0;
        while (pc as usize) < self.words.len() {
            match self.op(pc) {
                Some(Op::PUSH_HANDLED | Op::POP_HANDLED) | None => return true,
                Some(op) => pc = self.next(pc, op),
            }
        }
        false
    }

    /// The opcode at `pc`, if the stream holds one there.
    pub fn op(&self, pc: u32) -> Option<Op> {
        Op::from_byte(self.instr(pc).op)
    }

    /// First word of the extension of this kind.
    pub fn ext(&self, pc: u32, op: Op, kind: Ext) -> Option<u32> {
        op.info().ext_offset(kind).map(|at| self.words[pc as usize + at])
    }

    pub fn kinds(&self, pc: u32, op: Op) -> u32 {
        self.ext(pc, op, Ext::Kinds).unwrap_or(0)
    }

    /// The two words of a `value` extension.
    pub fn value(&self, pc: u32, op: Op) -> u64 {
        let at = op.info().ext_offset(Ext::Value).map_or(pc as usize, |at| pc as usize + at);
        self.words[at] as u64 | (self.words[at + 1] as u64) << 32
    }

    pub fn next(&self, pc: u32, op: Op) -> u32 {
        pc + op.words() as u32
    }

    /// Where the instruction at `pc` jumps to, if it is a jump.
    pub fn target(&self, pc: u32, op: Op) -> Option<u32> {
        let distance = self.ext(pc, op, Ext::Label)? as i32;
        Some((self.next(pc, op) as i32 + distance) as u32)
    }

    /// Whether a guard of this reason has failed at this instruction in earlier code.
    pub fn has_failed(&self, pc: u32, reason: crate::exits::Reason) -> bool {
        self.failed.contains(&(pc, reason as u8))
    }

    /// Whether one has failed at any of its instructions: what one site has met the others may meet behind it.
    pub fn has_failed_anywhere(&self, reason: crate::exits::Reason) -> bool {
        self.failed.iter().any(|(_, failed)| *failed == reason as u8)
    }

    /// Innermost exception handler around an instruction.
    pub fn handler(&self, pc: u32) -> Option<&Handler> {
        self.handlers.iter().find(|h| h.start <= pc && pc < h.end)
    }
}
