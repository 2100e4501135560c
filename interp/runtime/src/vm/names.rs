//! Interned names that the runtime itself uses.

use crate::heap::{Gc, Tracer};
use crate::object::Special;
use crate::types::str::Str;

macro_rules! names {
    ($($field:ident = $text:literal),* $(,)?) => {
        /// Interned strings, one field a name; special methods' names by `special`.
        pub struct Names {
            $(pub $field: Gc<Str>,)*
            specials: Vec<Gc<Str>>,
        }
        impl Names {
            /// Interns them all.
            pub fn new(intern: &mut dyn FnMut(&str) -> Gc<Str>) -> Names {
                Names {
                    $($field: intern($text),)*
                    specials: Special::ALL.iter().map(|s| intern(s.py_name())).collect(),
                }
            }
            pub fn trace(&self, t: &mut Tracer<'_>) {
                $(t.gc(self.$field);)*
                for s in &self.specials {
                    t.gc(*s);
                }
            }
        }
    };
}

names! {
    empty = "", dict = "__dict__", class = "__class__", doc = "__doc__", name = "__name__", qualname = "__qualname__", module = "__module__",
    weakref = "__weakref__", slots = "__slots__", bases = "__bases__", mro = "__mro__", file = "__file__", builtins = "__builtins__",
    annotations = "__annotations__", annotate = "__annotate__", annotate_func = "__annotate_func__", type_params = "__type_params__",
    classcell = "__classcell__", classdictcell = "__classdictcell__", firstlineno = "__firstlineno__", static_attributes = "__static_attributes__",
    abstractmethods = "__abstractmethods__", import = "__import__", all = "__all__", path = "__path__", spec = "__spec__", loader = "__loader__", package = "__package__",
    cached = "__cached__", main = "__main__", builtins_module = "builtins", sys = "sys", stdout = "stdout", stderr = "stderr", stdin = "stdin", displayhook = "displayhook", excepthook = "excepthook",
    unraisablehook = "unraisablehook", modules = "modules", meta_path = "meta_path", write = "write", flush = "flush", keys = "keys", values = "values", items = "items", get = "get",
    send = "send", throw = "throw", close = "close", wrapped = "__wrapped__", match_args = "__match_args__", orig_bases = "__orig_bases__", text_signature = "__text_signature__",
    isabstract = "__isabstractmethod__", metaclass = "metaclass", args = "args", notes = "__notes__", errno = "errno", strerror = "strerror", filename = "filename", filename2 = "filename2",
    code = "code", value = "value", obj = "obj", msg = "msg", lineno = "lineno", offset = "offset", text = "text", end_lineno = "end_lineno", end_offset = "end_offset", name_attr = "name", path_attr = "path",
    name_from = "name_from", message = "message", exceptions = "exceptions", append = "append", add = "add", join = "join", encoding = "encoding", object = "object", start = "start", end = "end", reason = "reason",
    sys_lambda = "<lambda>", initializing = "_initializing", self_ = "self",
}

impl Names {
    /// The interned name of a special method.
    #[inline]
    pub fn special(&self, s: Special) -> Gc<Str> {
        self.specials[s as usize]
    }
    /// The special method that an interned name names.
    pub fn special_of(&self, name: Gc<Str>) -> Option<Special> {
        self.specials.iter().position(|s| *s == name).map(|i| Special::ALL[i])
    }
}
