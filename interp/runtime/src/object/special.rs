//! The table of special methods that operations look up on the type, and the per-class cache of what was found.

macro_rules! specials {
    ($($name:ident = $py:literal;)*) => {
        /// A special method, looked up on the type and never on the instance.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Special { $($name,)* }
        impl Special {
            pub const ALL: &'static [Special] = &[$(Special::$name),*];
            pub const COUNT: usize = Special::ALL.len();
            /// The name in source, `__add__`.
            pub const fn py_name(self) -> &'static str { match self { $(Special::$name => $py,)* } }
        }
    };
}

specials! {
    New = "__new__"; Init = "__init__"; Del = "__del__"; Call = "__call__";
    Repr = "__repr__"; Str = "__str__"; Format = "__format__"; Bytes = "__bytes__"; Hash = "__hash__"; Bool = "__bool__";
    GetAttribute = "__getattribute__"; GetAttr = "__getattr__"; SetAttr = "__setattr__"; DelAttr = "__delattr__"; Dir = "__dir__";
    Get = "__get__"; Set = "__set__"; Delete = "__delete__"; SetName = "__set_name__"; InitSubclass = "__init_subclass__";
    ClassGetItem = "__class_getitem__"; MroEntries = "__mro_entries__"; Prepare = "__prepare__";
    InstanceCheck = "__instancecheck__"; SubclassCheck = "__subclasscheck__";
    Lt = "__lt__"; Le = "__le__"; Eq = "__eq__"; Ne = "__ne__"; Gt = "__gt__"; Ge = "__ge__";
    Len = "__len__"; LengthHint = "__length_hint__"; GetItem = "__getitem__"; SetItem = "__setitem__"; DelItem = "__delitem__";
    Missing = "__missing__"; Contains = "__contains__"; Iter = "__iter__"; Next = "__next__"; Reversed = "__reversed__";
    Add = "__add__"; Sub = "__sub__"; Mul = "__mul__"; TrueDiv = "__truediv__"; FloorDiv = "__floordiv__"; Mod = "__mod__"; Pow = "__pow__";
    MatMul = "__matmul__"; LShift = "__lshift__"; RShift = "__rshift__"; And = "__and__"; Or = "__or__"; Xor = "__xor__"; DivMod = "__divmod__";
    RAdd = "__radd__"; RSub = "__rsub__"; RMul = "__rmul__"; RTrueDiv = "__rtruediv__"; RFloorDiv = "__rfloordiv__"; RMod = "__rmod__"; RPow = "__rpow__";
    RMatMul = "__rmatmul__"; RLShift = "__rlshift__"; RRShift = "__rrshift__"; RAnd = "__rand__"; ROr = "__ror__"; RXor = "__rxor__"; RDivMod = "__rdivmod__";
    IAdd = "__iadd__"; ISub = "__isub__"; IMul = "__imul__"; ITrueDiv = "__itruediv__"; IFloorDiv = "__ifloordiv__"; IMod = "__imod__"; IPow = "__ipow__";
    IMatMul = "__imatmul__"; ILShift = "__ilshift__"; IRShift = "__irshift__"; IAnd = "__iand__"; IOr = "__ior__"; IXor = "__ixor__";
    Neg = "__neg__"; Pos = "__pos__"; Abs = "__abs__"; Invert = "__invert__"; Int = "__int__"; Float = "__float__"; Complex = "__complex__"; Index = "__index__";
    Round = "__round__"; Trunc = "__trunc__"; Floor = "__floor__"; Ceil = "__ceil__";
    Enter = "__enter__"; Exit = "__exit__"; AEnter = "__aenter__"; AExit = "__aexit__";
    Await = "__await__"; AIter = "__aiter__"; ANext = "__anext__"; FsPath = "__fspath__"; Buffer = "__buffer__"; ReleaseBuffer = "__release_buffer__";
    SizeOf = "__sizeof__"; Reduce = "__reduce__"; ReduceEx = "__reduce_ex__"; GetState = "__getstate__";
}
