//! THE opcode table. Everything that knows opcodes expands it: the `Op` enum, operand and extension
//! metadata, assembler, disassembler, verifier, interpreter dispatch and the JIT's lowering dispatch.
//!
//! A row: `/// doc` then `NAME(operands) [extension words] effects;`
//!
//! An instruction is eight bytes `op:u8, x:u8, a:u16, b:u16, c:u16`, then its extension, in 32-bit words.
//!
//! Operands, each naming its field:
//! * `dst f` register written; `src f` register read; `mod f` register read and written
//! * `win f` first register of a run; the length is in the doc (calls: see `CALL`)
//! * `opt f` register read, or `NOREG`
//! * `imm f` signed 16 bits; `num f` unsigned; `name f` index into names; `konst f` index into constants
//!
//! Extension kinds (words): `label`(1) jump distance in words from the end of the instruction; `value`(2) the constant itself,
//! filled in when code is linked into a heap; `extra`(1) a number; `counter`(1) back-edge hotness;
//! `kinds`(1) operand-kind feedback (`feedback::Kinds`); `shape`(1) what was met where the kinds don't say; `attr`(6),
//! `global`(4), `call`(4), `resume`(3) inline caches (layouts in `feedback`). All zero when new.
//!
//! Effects: `pure` no observable effect, cannot fail; `raise` may raise or run Python code (thus collect, switch, look at
//! frames); `flow` jumps without other effect; `leave` leaves the frame.

/// Calls `$m! { rows… }` with the whole table.
#[macro_export]
macro_rules! opcodes {
    ($m:path) => {
        $m! {
            // ---- moves and constants
            /// Does nothing.
            NOP() [] pure;
            /// R[a] = R[b]
            MOVE(dst a, src b) [] pure;
            /// R[a] = constants[c], held in the extension once linked.
            LOAD_CONST(dst a, konst c) [value] pure;
            /// R[a] = int(b)
            LOAD_INT(dst a, imm b) [] pure;
            /// R[a] = None
            LOAD_NONE(dst a) [] pure;
            /// Raises UnboundLocalError for local `names[c]` if R[a] is unbound (x=1: NameError for a free variable).
            CHECK_BOUND(src a, name c) [] raise;
            /// R[a] = unbound, no check.
            UNBIND(dst a) [] pure;
            /// `del` of local names[c]: raises UnboundLocalError if unbound, then unbinds.
            DELETE_LOCAL(mod a, name c) [] raise;

            // ---- names
            /// R[a] = global or builtin names[c]
            LOAD_GLOBAL(dst a, name c) [global] raise;
            /// global names[c] = R[a]
            STORE_GLOBAL(src a, name c) [global] raise;
            DELETE_GLOBAL(name c) [] raise;
            /// R[a] = names[c] from the namespace R[b] (unbound: the globals are the namespace), globals, builtins.
            LOAD_NAME(dst a, src b, name c) [global] raise;
            /// namespace R[b] (unbound: globals) gets names[c] = R[a]
            STORE_NAME(src a, src b, name c) [global] raise;
            DELETE_NAME(src b, name c) [] raise;
            /// R[a] = the namespace R[b] itself (unbound: the globals dict).
            LOAD_LOCALS(dst a, src b) [] raise;
            /// R[a] = names[c] from mapping R[b] if there, else global or builtin (annotation scopes in classes).
            LOAD_DICT_OR_GLOBAL(dst a, src b, name c) [] raise;

            // ---- cells (closures). A cell register holds a Cell; free variables are in the function's closure.
            /// R[a] = Cell(R[a]), which may be unbound.
            MAKE_CELL(mod a) [] raise;
            /// R[a] = value of the cell in R[b]; NameError/UnboundLocalError names[c] if empty.
            LOAD_CELL(dst a, src b, name c) [] raise;
            /// cell in R[a] = R[b]
            STORE_CELL(src a, src b) [] pure;
            DELETE_CELL(src a, name c) [] raise;
            /// R[a] = closure[b].value; NameError names[c] if empty.
            LOAD_FREE(dst a, num b, name c) [] raise;
            /// closure[a].value = R[b]
            STORE_FREE(num a, src b) [] pure;
            DELETE_FREE(num a, name c) [] raise;
            /// R[a] = closure[b], the cell itself.
            LOAD_FREE_CELL(dst a, num b) [] pure;
            /// R[a] = names[c] from mapping R[b] if there, else from a cell: `extra` is its register (x=0) or its closure index (x=1).
            LOAD_DICT_OR_CELL(dst a, src b, name c) [extra] raise;

            // ---- arithmetic. x bit 0: in-place (`+=`).
            ADD(dst a, src b, src c) [kinds] raise;
            SUB(dst a, src b, src c) [kinds] raise;
            MUL(dst a, src b, src c) [kinds] raise;
            TRUEDIV(dst a, src b, src c) [kinds] raise;
            FLOORDIV(dst a, src b, src c) [kinds] raise;
            MOD(dst a, src b, src c) [kinds] raise;
            POW(dst a, src b, src c) [kinds] raise;
            MATMUL(dst a, src b, src c) [kinds] raise;
            LSHIFT(dst a, src b, src c) [kinds] raise;
            RSHIFT(dst a, src b, src c) [kinds] raise;
            AND(dst a, src b, src c) [kinds] raise;
            OR(dst a, src b, src c) [kinds] raise;
            XOR(dst a, src b, src c) [kinds] raise;
            /// As the general form with `int(c)` for the right operand; likewise the rows below.
            ADD_IMM(dst a, src b, imm c) [kinds] raise;
            SUB_IMM(dst a, src b, imm c) [kinds] raise;
            MUL_IMM(dst a, src b, imm c) [kinds] raise;
            FLOORDIV_IMM(dst a, src b, imm c) [kinds] raise;
            MOD_IMM(dst a, src b, imm c) [kinds] raise;
            AND_IMM(dst a, src b, imm c) [kinds] raise;
            LSHIFT_IMM(dst a, src b, imm c) [kinds] raise;
            RSHIFT_IMM(dst a, src b, imm c) [kinds] raise;
            NEG(dst a, src b) [kinds] raise;
            POS(dst a, src b) [kinds] raise;
            INVERT(dst a, src b) [kinds] raise;
            /// R[a] = not R[b]
            NOT(dst a, src b) [kinds] raise;

            // ---- comparison
            LT(dst a, src b, src c) [kinds] raise;
            LE(dst a, src b, src c) [kinds] raise;
            EQ(dst a, src b, src c) [kinds] raise;
            NE(dst a, src b, src c) [kinds] raise;
            GT(dst a, src b, src c) [kinds] raise;
            GE(dst a, src b, src c) [kinds] raise;
            IS(dst a, src b, src c) [] pure;
            IS_NOT(dst a, src b, src c) [] pure;
            /// R[a] = R[b] in R[c]
            IN(dst a, src b, src c) [kinds] raise;
            NOT_IN(dst a, src b, src c) [kinds] raise;

            // ---- jumps. `JUMP_x` jumps if the comparison R[a] x R[b] is true, `JUMP_NOT_x` if it is false.
            JUMP() [label] flow;
            /// A back-edge: jump, count, poll. Its target is a loop header.
            LOOP() [label, counter] raise;
            JUMP_TRUE(src a) [label, kinds] raise;
            JUMP_FALSE(src a) [label, kinds] raise;
            JUMP_NONE(src a) [label] flow;
            JUMP_NOT_NONE(src a) [label] flow;
            JUMP_IS(src a, src b) [label] flow;
            JUMP_IS_NOT(src a, src b) [label] flow;
            /// Jumps if R[a] is bound.
            JUMP_BOUND(src a) [label] flow;
            JUMP_LT(src a, src b) [label, kinds] raise;
            JUMP_LE(src a, src b) [label, kinds] raise;
            JUMP_EQ(src a, src b) [label, kinds] raise;
            JUMP_NE(src a, src b) [label, kinds] raise;
            JUMP_GT(src a, src b) [label, kinds] raise;
            JUMP_GE(src a, src b) [label, kinds] raise;
            JUMP_NOT_LT(src a, src b) [label, kinds] raise;
            JUMP_NOT_LE(src a, src b) [label, kinds] raise;
            JUMP_NOT_EQ(src a, src b) [label, kinds] raise;
            JUMP_NOT_NE(src a, src b) [label, kinds] raise;
            JUMP_NOT_GT(src a, src b) [label, kinds] raise;
            JUMP_NOT_GE(src a, src b) [label, kinds] raise;
            /// As above with `int(b)` for the right operand.
            JUMP_LT_IMM(src a, imm b) [label, kinds] raise;
            JUMP_LE_IMM(src a, imm b) [label, kinds] raise;
            JUMP_EQ_IMM(src a, imm b) [label, kinds] raise;
            JUMP_NE_IMM(src a, imm b) [label, kinds] raise;
            JUMP_GT_IMM(src a, imm b) [label, kinds] raise;
            JUMP_GE_IMM(src a, imm b) [label, kinds] raise;
            JUMP_NOT_LT_IMM(src a, imm b) [label, kinds] raise;
            JUMP_NOT_LE_IMM(src a, imm b) [label, kinds] raise;
            JUMP_NOT_EQ_IMM(src a, imm b) [label, kinds] raise;
            JUMP_NOT_NE_IMM(src a, imm b) [label, kinds] raise;
            JUMP_NOT_GT_IMM(src a, imm b) [label, kinds] raise;
            JUMP_NOT_GE_IMM(src a, imm b) [label, kinds] raise;

            // ---- iteration
            /// R[a] = iter(R[b])
            GET_ITER(dst a, src b) [kinds] raise;
            /// R[a] = next(R[b]) and jump to the loop body (a back-edge: counts and polls), or fall through when exhausted.
            /// Stands at the end of its loop, which is entered by a JUMP to it.
            FOR_ITER(dst a, src b) [label, counter, kinds] raise;
            /// Prepares `for … in range(…)`: window b is a call window (callee R[b], c arguments from R[b+3]).
            /// If the callee is the builtin range and all arguments are small ints, R[a]=next value, R[a+1]=how many are left,
            /// R[a+2]=step; else R[a]=iter(callee(arguments)), R[a+1]=R[a+2]=unbound.
            RANGE_PREP(dst a, win b, num c) [call] raise;
            /// FOR_ITER over what RANGE_PREP left in R[b], R[b+1], R[b+2].
            FOR_RANGE(dst a, win b) [label, counter, kinds] raise;

            // ---- unpacking
            /// R[a], R[a+1], … (c of them) = R[b]. They may be locals: written only when all items are there.
            UNPACK(win a, src b, num c) [kinds] raise;
            /// c targets, then a list, then `extra` targets, from R[a] on = R[b]
            UNPACK_STAR(win a, src b, num c) [extra] raise;

            // ---- building. Window b of c registers.
            BUILD_TUPLE(dst a, win b, num c) [] raise;
            BUILD_LIST(dst a, win b, num c) [] raise;
            BUILD_SET(dst a, win b, num c) [] raise;
            /// c pairs: key, value, key, value, …
            BUILD_MAP(dst a, win b, num c) [] raise;
            /// Joins c strings.
            BUILD_STRING(dst a, win b, num c) [] raise;
            /// R[a] = slice(R[b], R[b+1], R[b+2])
            BUILD_SLICE(dst a, win b) [] raise;
            LIST_APPEND(src a, src b) [] raise;
            LIST_EXTEND(src a, src b) [] raise;
            SET_ADD(src a, src b) [] raise;
            SET_UPDATE(src a, src b) [] raise;
            /// R[a][R[b]] = R[c] for a dict display or comprehension.
            MAP_ADD(src a, src b, src c) [] raise;
            /// `{**R[b]}` into dict R[a]
            DICT_UPDATE(src a, src b) [] raise;
            /// `f(**R[b])` into dict R[a]; a repeated key is a TypeError that names callee R[c].
            DICT_MERGE(src a, src b, src c) [] raise;
            LIST_TO_TUPLE(dst a, src b) [] raise;

            // ---- items
            GET_ITEM(dst a, src b, src c) [kinds, shape] raise;
            /// R[a][R[b]] = R[c]
            SET_ITEM(src a, src b, src c) [kinds, shape] raise;
            DEL_ITEM(src a, src b) [] raise;
            /// R[a] = R[b][R[c] : R[c+1]]
            GET_SLICE(dst a, src b, win c) [kinds] raise;
            /// R[a][R[b] : R[b+1]] = R[c]
            SET_SLICE(src a, win b, src c) [kinds] raise;

            // ---- attributes
            LOAD_ATTR(dst a, src b, name c) [attr] raise;
            /// R[a].names[c] = R[b]
            STORE_ATTR(src a, src b, name c) [attr] raise;
            DELETE_ATTR(src a, name c) [] raise;
            /// For a call: R[a] = function and R[a+3] = receiver R[b], or R[a] = attribute and R[a+3] = unbound.
            LOAD_METHOD(win a, src b, name c) [attr] raise;
            /// R[a] = super(R[b+1], R[b+2]).names[c] where R[b] is the global `super` (general path if it is another object).
            /// x bit 0: `super()` without arguments in the source; bit 1: for a call, R[a]/R[a+3] as LOAD_METHOD does.
            LOAD_SUPER_ATTR(win a, win b, name c) [attr] raise;
            /// As LOAD_METHOD for a special method looked up on the type: x = `Special` number (with, async with). R[a] may be R[b].
            LOAD_SPECIAL(win a, src b) [attr] raise;

            // ---- calls. Window b: R[b] callee, R[b+1] and R[b+2] room for the frame header, arguments from R[b+3].
            /// R[a] = R[b](c arguments)
            CALL(dst a, win b, num c) [call] raise;
            /// As CALL; R[b+3] is the receiver and first of the c arguments, or unbound and not an argument.
            CALL_METHOD(dst a, win b, num c) [call] raise;
            /// As CALL_METHOD when x=1, else CALL; the last arguments are named by constants[extra], a tuple of str. (In linked
            /// code `extra` is the interpreter's: which parameters they are.)
            CALL_KW(dst a, win b, num c) [extra, value, call] raise;
            /// R[a] = R[b](*R[b+3], **R[b+4]); R[b+4] may be unbound.
            CALL_EX(dst a, win b) [call] raise;
            RETURN(src a) [] leave;
            RETURN_NONE() [] leave;

            // ---- functions and classes
            /// R[a] = function of code constants[c], closure tuple R[b] or none.
            MAKE_FUNCTION(dst a, opt b, konst c) [value] raise;
            /// x: 0 defaults tuple, 1 keyword defaults dict, 2 annotate function, 3 type params tuple, 4 annotations dict.
            SET_FUNCTION_ATTR(src a, src b) [] raise;
            LOAD_BUILD_CLASS(dst a) [] raise;

            // ---- generators and coroutines
            /// Instruction 0 of a generator, coroutine or async generator body: leaves the frame with the new object. The cells
            /// of the prologue are made when the body is first resumed.
            MAKE_GENERATOR() [resume] leave;
            /// Suspends with R[b]; when resumed, R[a] = the value sent.
            YIELD(dst a, src b) [resume] leave;
            /// R[a] = iterator for `yield from` of R[b]
            GET_YIELD_FROM_ITER(dst a, src b) [] raise;
            /// R[a] = awaitable iterator of R[b]; x: 0 await, 1 async with enter, 2 async with exit.
            GET_AWAITABLE(dst a, src b) [] raise;
            /// R[a] = R[b].send(R[c]); jumps when it has returned (R[a] = its return value).
            SEND(dst a, src b, src c) [label] raise;
            /// In a `yield from`/`await`: exception R[c] arrived while suspended in the delegate R[b]: close or throw into it;
            /// R[a] = next yielded value, or jumps when the delegate returned (R[a] = its value).
            SEND_THROW(dst a, src b, src c) [label] raise;
            GET_AITER(dst a, src b) [] raise;
            GET_ANEXT(dst a, src b) [] raise;
            /// Exception R[a] while awaiting anext: falls through on StopAsyncIteration, else re-raises.
            END_ASYNC_FOR(src a) [] raise;
            /// R[a] = R[b] wrapped as an async generator's yielded value.
            ASYNC_GEN_WRAP(dst a, src b) [] raise;

            // ---- exceptions. A handler is entered with the exception in the register its table entry names.
            /// x: 0 re-raise the handled exception, 1 `raise R[a]`, 2 `raise R[a] from R[b]`.
            RAISE(opt a, opt b) [] raise;
            /// Raises R[a] again as it is: no new context; the traceback goes on.
            RERAISE(src a) [] raise;
            /// R[a] = the exception handled so far; R[b] becomes the handled one (`sys.exception()`).
            PUSH_HANDLED(dst a, src b) [] pure;
            /// The exception saved in R[a] is the handled one again.
            POP_HANDLED(src a) [] pure;
            /// R[a] = whether R[b] matches R[c] (class or tuple of classes; TypeError otherwise).
            EXC_MATCH(dst a, src b, src c) [] raise;
            /// except*: splits group R[b] by R[c]: R[a] = matching part or None, R[a+1] = rest or None. R[b] may be None
            /// (nothing left): both parts are None then.
            EXC_GROUP_MATCH(win a, src b, src c) [] raise;
            /// R[a] = what to raise after except* clauses: original R[b], list of raised and remaining R[c]; None if nothing.
            EXC_GROUP_RERAISE(dst a, src b, src c) [] raise;
            /// R[a] = result of calling __exit__ (function R[b], receiver R[b+3] or unbound) with type, value, traceback of R[c].
            WITH_EXCEPT(dst a, win b, src c) [call] raise;
            LOAD_ASSERTION_ERROR(dst a) [] pure;

            // ---- imports
            /// R[a] = __import__(names[c], level R[b], fromlist R[b+1])
            IMPORT_NAME(dst a, win b, name c) [] raise;
            IMPORT_FROM(dst a, src b, name c) [] raise;
            /// `from R[a] import *` into namespace R[b] (unbound: globals)
            IMPORT_STAR(src a, src b) [] raise;

            // ---- formatting
            /// R[a] = format(convert(R[b]), R[c] or ""); x: 0 none, 1 str, 2 repr, 3 ascii.
            FORMAT(dst a, src b, opt c) [] raise;
            /// R[a] = str/repr/ascii of R[b] by x.
            CONVERT(dst a, src b) [] raise;
            /// R[a] = Interpolation(value R[b], expression R[b+1], conversion R[b+2], format spec R[b+3])
            BUILD_INTERPOLATION(dst a, win b) [] raise;
            /// R[a] = Template(strings tuple R[b], interpolations tuple R[b+1])
            BUILD_TEMPLATE(dst a, win b) [] raise;

            // ---- pattern matching
            /// R[a] = len(R[b])
            MATCH_LEN(dst a, src b) [] raise;
            MATCH_MAPPING(dst a, src b) [] pure;
            MATCH_SEQUENCE(dst a, src b) [] pure;
            /// R[a] = tuple of the values of keys R[c] in mapping R[b], or None.
            MATCH_KEYS(dst a, src b, src c) [] raise;
            /// R[a] = tuple of attributes of R[b] for class R[c] with keyword names R[c+1] and `extra` positional patterns, or None.
            MATCH_CLASS(dst a, src b, win c) [extra] raise;

            // ---- rarer operations, by number
            /// R[a] = intrinsic x (`Intrinsic`) of the registers from R[b] on.
            INTRINSIC(dst a, win b) [] raise;
        }
    };
}
