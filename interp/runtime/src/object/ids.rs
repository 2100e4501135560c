//! The table of builtin type ids: one row a type whose cells have a fixed layout.

use crate::heap::ShapeId;

macro_rules! builtin_ids {
    ($($(#[doc = $doc:literal])* $name:ident = $py:literal;)*) => {
        #[allow(dead_code, non_camel_case_types, clippy::upper_case_acronyms, reason = "rows read as the constants they make; FREE only takes number 0")]
        #[repr(u32)]
        enum Row { FREE, $($name,)* COUNT }
        $($(#[doc = $doc])* pub const $name: ShapeId = ShapeId(Row::$name as u32);)*
        /// First id that is not a builtin type's: shapes made at run time start here.
        pub const FIRST_DYNAMIC: u32 = Row::COUNT as u32;
        /// Python names, indexed by id (0: free cell).
        pub const NAMES: &[&str] = &["<free>", $($py,)*];
    };
}

builtin_ids! {
    // Storage cells: never seen by Python code.
    /// Array of values: storage of lists and overflow slots, and so on.
    ARRAY = "<array>";
    /// Array without references: f64 or byte storage.
    RAW_ARRAY = "<raw array>";
    /// Attributes that do not fit in their object; some are raw floats.
    OVERFLOW = "<attributes>";
    DICT_TABLE = "<dict table>";
    SET_TABLE = "<set table>";
    SPECIAL_CACHE = "<special methods>";

    OBJECT = "object";
    TYPE = "type";
    NONE = "NoneType";
    ELLIPSIS = "ellipsis";
    NOT_IMPLEMENTED = "NotImplementedType";
    BOOL = "bool";
    /// Heap integers; small ones are words of this type.
    INT = "int";
    /// Heap floats; most are words of this type.
    FLOAT = "float";
    COMPLEX = "complex";
    STR = "str";
    BYTES = "bytes";
    BYTEARRAY = "bytearray";
    MEMORYVIEW = "memoryview";
    TUPLE = "tuple";
    // The element kinds of exact lists are consecutive: `is_list` is one subtraction and compare.
    LIST = "list";
    LIST_F64 = "list";
    LIST_INT = "list";
    /// Ordinary dict, and one whose values sit in cells (module globals).
    DICT = "dict";
    DICT_CELLS = "dict";
    SET = "set";
    FROZENSET = "frozenset";
    SLICE = "slice";
    RANGE = "range";
    /// Native layout of every exception class.
    BASE_EXCEPTION = "BaseException";
    CELL = "cell";
    CODE = "code";
    FUNCTION = "function";
    /// Native function bound to its module, or native method bound to an object.
    NATIVE_FUNCTION = "builtin_function_or_method";
    /// Native method found on a type.
    METHOD_DESCRIPTOR = "method_descriptor";
    /// Native special method found on a type.
    WRAPPER_DESCRIPTOR = "wrapper_descriptor";
    METHOD_WRAPPER = "method-wrapper";
    CLASSMETHOD_DESCRIPTOR = "classmethod_descriptor";
    GETSET_DESCRIPTOR = "getset_descriptor";
    MEMBER_DESCRIPTOR = "member_descriptor";
    METHOD = "method";
    MODULE = "module";
    PROPERTY = "property";
    CLASSMETHOD = "classmethod";
    STATICMETHOD = "staticmethod";
    SUPER = "super";
    MAPPING_PROXY = "mappingproxy";
    SIMPLE_NAMESPACE = "types.SimpleNamespace";
    GENERATOR = "generator";
    COROUTINE = "coroutine";
    COROUTINE_WRAPPER = "coroutine_wrapper";
    ASYNC_GENERATOR = "async_generator";
    ASYNC_GEN_ASEND = "async_generator_asend";
    ASYNC_GEN_ATHROW = "async_generator_athrow";
    ASYNC_GEN_WRAPPED = "async_generator_wrapped_value";
    ANEXT_AWAITABLE = "anext_awaitable";
    FRAME = "frame";
    FRAME_LOCALS = "FrameLocalsProxy";
    TRACEBACK = "traceback";
    WEAKREF = "weakref.ReferenceType";
    WEAK_PROXY = "weakref.ProxyType";
    WEAK_CALLABLE_PROXY = "weakref.CallableProxyType";
    GENERIC_ALIAS = "types.GenericAlias";
    UNION = "typing.Union";
    TYPE_VAR = "typing.TypeVar";
    PARAM_SPEC = "typing.ParamSpec";
    TYPE_VAR_TUPLE = "typing.TypeVarTuple";
    TYPE_ALIAS = "typing.TypeAliasType";
    TEMPLATE = "string.templatelib.Template";
    INTERPOLATION = "string.templatelib.Interpolation";
    /// `iter(obj)` over `__getitem__`.
    SEQ_ITERATOR = "iterator";
    CALLABLE_ITERATOR = "callable_iterator";
    LIST_ITERATOR = "list_iterator";
    LIST_REV_ITERATOR = "list_reverseiterator";
    TUPLE_ITERATOR = "tuple_iterator";
    RANGE_ITERATOR = "range_iterator";
    LONG_RANGE_ITERATOR = "longrange_iterator";
    /// Iterators over ASCII strings, and over others: one layout.
    STR_ASCII_ITERATOR = "str_ascii_iterator";
    STR_ITERATOR = "str_iterator";
    BYTES_ITERATOR = "bytes_iterator";
    BYTEARRAY_ITERATOR = "bytearray_iterator";
    MEMORY_ITERATOR = "memory_iterator";
    SET_ITERATOR = "set_iterator";
    DICT_KEYS = "dict_keys";
    DICT_VALUES = "dict_values";
    DICT_ITEMS = "dict_items";
    DICT_KEY_ITERATOR = "dict_keyiterator";
    DICT_VALUE_ITERATOR = "dict_valueiterator";
    DICT_ITEM_ITERATOR = "dict_itemiterator";
    DICT_REV_KEY_ITERATOR = "dict_reversekeyiterator";
    DICT_REV_VALUE_ITERATOR = "dict_reversevalueiterator";
    DICT_REV_ITEM_ITERATOR = "dict_reverseitemiterator";
    ENUMERATE = "enumerate";
    ZIP = "zip";
    MAP = "map";
    FILTER = "filter";
    REVERSED = "reversed";

    // The types of native modules: made when first needed (`Vm::native_class`).
    STRUCT_SEQUENCE = "structseq";
    IO_BASE = "_io._IOBase";
    RAW_IO_BASE = "_io._RawIOBase";
    BUFFERED_IO_BASE = "_io._BufferedIOBase";
    TEXT_IO_BASE = "_io._TextIOBase";
    FILE_IO = "_io.FileIO";
    BUFFERED_STREAM = "_io._Buffered";
    BUFFERED_READER = "_io.BufferedReader";
    BUFFERED_WRITER = "_io.BufferedWriter";
    BUFFERED_RANDOM = "_io.BufferedRandom";
    BUFFERED_PAIR = "_io.BufferedRWPair";
    TEXT_IO = "_io.TextIOWrapper";
    STRING_IO = "_io.StringIO";
    BYTES_IO = "_io.BytesIO";
    NEWLINE_DECODER = "_io.IncrementalNewlineDecoder";
    ITER_COUNT = "itertools.count";
    ITER_CYCLE = "itertools.cycle";
    ITER_REPEAT = "itertools.repeat";
    ITER_ACCUMULATE = "itertools.accumulate";
    ITER_CHAIN = "itertools.chain";
    ITER_COMPRESS = "itertools.compress";
    ITER_DROPWHILE = "itertools.dropwhile";
    ITER_TAKEWHILE = "itertools.takewhile";
    ITER_FILTERFALSE = "itertools.filterfalse";
    ITER_GROUPBY = "itertools.groupby";
    ITER_GROUPER = "itertools._grouper";
    ITER_ISLICE = "itertools.islice";
    ITER_PAIRWISE = "itertools.pairwise";
    ITER_STARMAP = "itertools.starmap";
    ITER_TEE = "itertools._tee";
    ITER_TEE_DATA = "itertools._tee_dataobject";
    ITER_ZIP_LONGEST = "itertools.zip_longest";
    ITER_BATCHED = "itertools.batched";
    ITER_PRODUCT = "itertools.product";
    ITER_PERMUTATIONS = "itertools.permutations";
    ITER_COMBINATIONS = "itertools.combinations";
    ITER_COMBINATIONS_WITH = "itertools.combinations_with_replacement";
    PARTIAL = "functools.partial";
    PLACEHOLDER = "functools._PlaceholderType";
    LRU_CACHE = "functools._lru_cache_wrapper";
    LRU_LINK = "<lru link>";
    CMP_KEY = "functools.KeyWrapper";
    DEQUE = "collections.deque";
    DEQUE_ITERATOR = "_collections._deque_iterator";
    DEQUE_REV_ITERATOR = "_collections._deque_reverse_iterator";
    DEFAULT_DICT = "collections.defaultdict";
    TUPLE_GETTER = "_collections._tuplegetter";
    ITEM_GETTER = "operator.itemgetter";
    ATTR_GETTER = "operator.attrgetter";
    METHOD_CALLER = "operator.methodcaller";
    ABC_DATA = "_abc._abc_data";
    LOCK = "_thread.lock";
    RLOCK = "_thread.RLock";
    THREAD_LOCAL = "_thread._local";
    THREAD_HANDLE = "_thread._ThreadHandle";
    SIMPLE_QUEUE = "_queue.SimpleQueue";
    POLL_OBJECT = "select.poll";
    EPOLL = "select.epoll";
    SOCKET = "_socket.socket";
    MMAP = "mmap.mmap";
    SEM_LOCK = "_multiprocessing.SemLock";
    RANDOM = "_random.Random";
    STRUCT = "_struct.Struct";
    STRUCT_ITERATOR = "_struct.unpack_iterator";
    RE_PATTERN = "re.Pattern";
    RE_MATCH = "re.Match";
    RE_SCANNER = "_sre.SRE_Scanner";
    SCANDIR_ITERATOR = "posix.ScandirIterator";
    DIR_ENTRY = "posix.DirEntry";
    CONTEXT = "_contextvars.Context";
    CONTEXT_VAR = "_contextvars.ContextVar";
    CONTEXT_TOKEN = "_contextvars.Token";
    ASYNC_FUTURE = "_asyncio.Future";
    /// Laid out as futures.
    ASYNC_TASK = "_asyncio.Task";
    ASYNC_FUTURE_ITER = "_asyncio.FutureIter";
    ASYNC_TASK_CALL = "_asyncio.TaskStepMethWrapper";
    HASH_MD5 = "_md5.md5";
    HASH_SHA1 = "_sha1.sha1";
    HASH_SHA224 = "_sha2.SHA224Type";
    HASH_SHA256 = "_sha2.SHA256Type";
    HASH_SHA384 = "_sha2.SHA384Type";
    HASH_SHA512 = "_sha2.SHA512Type";
    HASH_SHA3_224 = "_sha3.sha3_224";
    HASH_SHA3_256 = "_sha3.sha3_256";
    HASH_SHA3_384 = "_sha3.sha3_384";
    HASH_SHA3_512 = "_sha3.sha3_512";
    HASH_SHAKE_128 = "_sha3.shake_128";
    HASH_SHAKE_256 = "_sha3.shake_256";
    HASH_BLAKE2B = "_blake2.blake2b";
    HASH_BLAKE2S = "_blake2.blake2s";
    TYPE_NO_DEFAULT = "typing.NoDefaultType";
    ZLIB_COMPRESS = "zlib.Compress";
    ZLIB_DECOMPRESS = "zlib.Decompress";
    ZLIB_DECOMPRESSOR = "zlib._ZlibDecompressor";
    CSV_DIALECT = "_csv.Dialect";
    CSV_READER = "_csv.reader";
    CSV_WRITER = "_csv.writer";
    BZ2_COMPRESSOR = "_bz2.BZ2Compressor";
    BZ2_DECOMPRESSOR = "_bz2.BZ2Decompressor";
    LZMA_COMPRESSOR = "_lzma.LZMACompressor";
    LZMA_DECOMPRESSOR = "_lzma.LZMADecompressor";
    UCD = "unicodedata.UCD";
    XML_ELEMENT = "xml.etree.ElementTree.Element";
    XML_ELEMENT_ITERATOR = "_elementtree._element_iterator";
    PY_ARRAY = "array.array";
    ARRAY_ITERATOR = "array.arrayiterator";
    TOKENIZER_ITER = "_tokenize.TokenizerIter";
    PARAM_SPEC_ARGS = "typing.ParamSpecArgs";
    PARAM_SPEC_KWARGS = "typing.ParamSpecKwargs";
    CONST_EVALUATOR = "_typing._ConstEvaluator";
    GENERIC = "typing.Generic";
    AST = "ast.AST";
    TEMPLATE_ITERATOR = "string.templatelib.TemplateIter";
    SYMTABLE_ENTRY = "symtable entry";
    ASYNCIO_FUTURE = "_asyncio.Future";
    JSON_SCANNER = "_json.Scanner";
    JSON_ENCODER = "_json.Encoder";
    DECIMAL = "decimal.Decimal";
    DECIMAL_CONTEXT = "decimal.Context";
    DECIMAL_CONTEXT_MANAGER = "decimal.ContextManager";
    DECIMAL_SIGNAL_DICT = "decimal.SignalDictMixin";
    TIMEDELTA = "datetime.timedelta";
    DATE = "datetime.date";
    DATETIME = "datetime.datetime";
    TIME_OF_DAY = "datetime.time";
    TZINFO = "datetime.tzinfo";
    TIMEZONE = "datetime.timezone";
    PICKLER = "_pickle.Pickler";
    UNPICKLER = "_pickle.Unpickler";
    PICKLER_MEMO = "_pickle.PicklerMemoProxy";
    UNPICKLER_MEMO = "_pickle.UnpicklerMemoProxy";
    PICKLE_BUFFER = "pickle.PickleBuffer";
}

/// Whether a type with this id belongs to a native module rather than to the language.
#[inline(always)]
pub const fn is_of_native_module(id: ShapeId) -> bool {
    id.0 >= STRUCT_SEQUENCE.0
}

/// Exact lists have one id for each kind of element, exact dicts one for each kind of storage.
pub const LISTS: u32 = 3;
pub const DICTS: u32 = 2;

/// Whether cells with this id are exact lists, of any element kind.
#[inline(always)]
pub const fn is_list(id: ShapeId) -> bool {
    id.0.wrapping_sub(LIST.0) < LISTS
}

/// Whether cells with this id are exact dicts, of any storage kind.
#[inline(always)]
pub const fn is_dict(id: ShapeId) -> bool {
    id.0.wrapping_sub(DICT.0) < DICTS
}
