//! Imports that go through `importlib`'s own code: for finders and hooks that a program added, zip files, namespace
//! packages. What `importlib` adds to tracebacks is taken out again.

use super::boot::{CORE, Part, part};
use crate::heap::Gc;
use crate::types::exception::Exception;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Raised, Vm};

/// `importlib._bootstrap._find_and_load(name)`
pub fn find_and_load(vm: &mut Vm, name: Gc<Str>) -> PyResult {
    let Some(core) = part(vm, Part::Core) else {
        let text = format!("No module named '{}'", name.to_message());
        return Err(super::not_found(vm, text, name));
    };
    let f = vm.get_attr_str(core, "_find_and_load")?;
    let key = vm.names.import;
    let import = vm.builtins.and_then(|b| vm.dict_get_str(b, key)).unwrap_or(Value::NONE);
    match vm.call(f, &[Value::from_gc(name), import]) {
        Ok(module) => Ok(module),
        Err(raised) if vm.options.verbose > 0 => Err(raised),
        Err(raised) => Err(without_importlib(vm, raised)),
    }
}

/// Waits until another thread is done importing a module that is in `sys.modules` already.
#[cold]
pub fn wait_for(vm: &mut Vm, module: Value, name: Gc<Str>) -> PyResult<()> {
    let Some(core) = part(vm, Part::Core) else { return Ok(()) };
    let key = vm.names.spec;
    let Some(spec) = vm.get_attr_opt(module, key)?.filter(|s| !s.is_none()) else { return Ok(()) };
    let key = vm.names.initializing;
    if vm.get_attr_opt(spec, key)? == Some(Value::TRUE) {
        vm.call_method(core, "_lock_unlock_module", &[Value::from_gc(name)])?;
    }
    Ok(())
}

fn in_importlib(vm: &Vm, entry: Gc<Traceback>) -> Option<Gc<Str>> {
    let code = entry.frame_object(vm)?.code();
    let file = code.filename.get()?;
    let frozen = CORE.iter().any(|(_, key)| file.is(&format!("<frozen {key}>")));
    if frozen { code.name.get() } else { None }
}

/// Takes runs of `importlib`'s frames out of the traceback: all of them for an ImportError, else those that end with
/// running the module's code.
fn without_importlib(vm: &mut Vm, raised: Raised) -> Raised {
    let exc = vm.take_exception(raised);
    let always = vm.exception_matches(exc, Exc::ImportError);
    let Some(e) = vm.downcast::<Exception>(exc) else { return vm.raise_again(exc) };
    // Links are held by the entry they are in; `None` is the exception itself.
    let (mut previous, mut outer, mut inside) = (None, None, false);
    let mut at = vm.exact::<Traceback>(e.traceback.get());
    while let Some(entry) = at {
        let next = entry.next.get();
        let function = in_importlib(vm, entry);
        if function.is_some() && !inside {
            outer = previous;
        }
        inside = function.is_some();
        if function.is_some_and(|f| always || f.is("_call_with_frames_removed")) {
            match outer {
                None => e.traceback.set(&mut vm.heap, e.header(), next),
                Some(link) => set_next(vm, link, next),
            }
            previous = outer;
        } else {
            previous = Some(entry);
        }
        at = vm.exact::<Traceback>(next);
    }
    vm.raise_again(exc)
}

fn set_next(vm: &mut Vm, link: Gc<Traceback>, next: Value) {
    link.next.set(&mut vm.heap, link.header(), next);
}
