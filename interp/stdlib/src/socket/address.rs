//! Addresses: from what Python programs pass to what the system takes, and back.

use super::names;
use crate::support::{os_str, os_string};
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::ffi::OsStr;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// An address as the system has it.
#[derive(Clone, Copy)]
pub struct Address {
    storage: libc::sockaddr_storage,
    pub len: libc::socklen_t,
}

impl Address {
    /// Room for an address that the system fills in.
    pub fn room() -> Address {
        // SAFETY: zeros are a valid, unspecified address.
        let storage = unsafe { std::mem::zeroed() };
        Address { storage, len: size_of::<libc::sockaddr_storage>() as libc::socklen_t }
    }
    fn of<T>(address: T) -> Address {
        let mut made = Address::room();
        made.len = size_of::<T>() as libc::socklen_t;
        // SAFETY: socket addresses of all families fit in the storage.
        unsafe { std::ptr::write((&raw mut made.storage).cast(), address) };
        made
    }
    pub fn as_ptr(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }
    pub fn as_mut_ptr(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }
    /// # Safety
    /// `p` names `len` bytes of an address.
    pub unsafe fn copied(p: *const libc::sockaddr, len: libc::socklen_t) -> Address {
        let mut made = Address::room();
        made.len = len.min(size_of::<libc::sockaddr_storage>() as libc::socklen_t);
        // SAFETY: the caller's promise; at most the storage's size.
        unsafe {
            std::ptr::copy_nonoverlapping(p.cast::<u8>(), (&raw mut made.storage).cast(), made.len as usize)
        };
        made
    }
    pub fn family(&self) -> i32 {
        i32::from(self.storage.ss_family)
    }
    fn view<T: Copy>(&self) -> T {
        // SAFETY: the storage is larger and more aligned than any address.
        unsafe { *(&raw const self.storage).cast::<T>() }
    }
    pub fn v4(ip: Ipv4Addr, port: u16) -> Address {
        // SAFETY: zeros are valid in this plain structure.
        let mut a: libc::sockaddr_in = unsafe { std::mem::zeroed() };
        a.sin_family = libc::AF_INET as libc::sa_family_t;
        a.sin_port = port.to_be();
        a.sin_addr.s_addr = u32::from(ip).to_be();
        Address::of(a)
    }
    pub fn v6(ip: Ipv6Addr, port: u16, flow: u32, scope: u32) -> Address {
        // SAFETY: zeros are valid in this plain structure.
        let mut a: libc::sockaddr_in6 = unsafe { std::mem::zeroed() };
        a.sin6_family = libc::AF_INET6 as libc::sa_family_t;
        a.sin6_port = port.to_be();
        a.sin6_flowinfo = flow.to_be();
        a.sin6_scope_id = scope;
        a.sin6_addr.s6_addr = ip.octets();
        Address::of(a)
    }
    /// The textual form of an internet address.
    pub fn ip_text(&self) -> String {
        match self.family() {
            libc::AF_INET => {
                Ipv4Addr::from(u32::from_be(self.view::<libc::sockaddr_in>().sin_addr.s_addr)).to_string()
            }
            _ => {
                let a = self.view::<libc::sockaddr_in6>();
                let ip = Ipv6Addr::from(a.sin6_addr.s6_addr).to_string();
                match names::interface(a.sin6_scope_id) {
                    Some(name) if a.sin6_scope_id != 0 => format!("{ip}%{name}"),
                    _ => ip,
                }
            }
        }
    }
}

/// The address as Python sees it.
pub fn to_python(vm: &mut Vm, address: &Address) -> PyResult {
    if address.len == 0 {
        return Ok(Value::NONE);
    }
    match address.family() {
        libc::AF_INET => {
            let a = address.view::<libc::sockaddr_in>();
            let ip = Value::from_gc(vm.str(&address.ip_text())?);
            let port = Value::small(i64::from(u16::from_be(a.sin_port)));
            vm.tuple(&[ip, port]).map(Value::from_gc)
        }
        libc::AF_INET6 => {
            let a = address.view::<libc::sockaddr_in6>();
            let ip = Value::from_gc(vm.str(&address.ip_text())?);
            let numbers = [
                i64::from(u16::from_be(a.sin6_port)),
                i64::from(u32::from_be(a.sin6_flowinfo)),
                i64::from(a.sin6_scope_id),
            ];
            let [port, flow, scope] = numbers.map(Value::small);
            vm.tuple(&[ip, port, flow, scope]).map(Value::from_gc)
        }
        libc::AF_UNIX => {
            let a = address.view::<libc::sockaddr_un>();
            let len =
                (address.len as usize).saturating_sub(size_of::<libc::sa_family_t>()).min(a.sun_path.len());
            let path = a.sun_path.map(|c| c as u8);
            if len > 0 && path[0] == 0 {
                // A name that is not in the file system.
                return vm.bytes(&path[..len]).map(Value::from_gc);
            }
            let end = path[..len].iter().position(|c| *c == 0).unwrap_or(len);
            os_str(vm, OsStr::from_bytes(&path[..end])).map(Value::from_gc)
        }
        libc::AF_NETLINK => {
            let a = address.view::<libc::sockaddr_nl>();
            let pair = [Value::small(i64::from(a.nl_pid)), Value::small(i64::from(a.nl_groups))];
            vm.tuple(&pair).map(Value::from_gc)
        }
        family => {
            let len = (address.len as usize).saturating_sub(size_of::<libc::sa_family_t>()).min(126);
            // SAFETY: that many bytes of the storage follow the family.
            let bytes =
                unsafe { std::slice::from_raw_parts((&raw const address.storage).cast::<u8>().add(2), len) };
            let bytes = Value::from_gc(vm.bytes(bytes)?);
            vm.tuple(&[Value::small(i64::from(family)), bytes]).map(Value::from_gc)
        }
    }
}

/// The tuple that internet addresses are.
fn parts(vm: &mut Vm, v: Value, family: &str, who: &str) -> PyResult<habu_runtime::heap::Gc<Tuple>> {
    match vm.downcast::<Tuple>(v) {
        Some(tuple) => Ok(tuple),
        None => {
            let got = vm.type_name(v);
            Err(vm.type_error(format!("{who}(): {family} address must be tuple, not {got}")))
        }
    }
}

fn port_of(vm: &mut Vm, v: Value, who: &str) -> PyResult<u16> {
    let n = vm.index_value(v)?;
    match habu_runtime::types::int::to_i128(n).and_then(|n| u16::try_from(n).ok()) {
        Some(port) => Ok(port),
        None => Err(vm.overflow_error(format!("{who}(): port must be 0-65535."))),
    }
}

/// What `who` (for errors) was given, as an address of the socket's family.
pub fn from_python(vm: &mut Vm, family: i32, v: Value, who: &str) -> PyResult<Address> {
    match family {
        libc::AF_UNIX => unix(vm, v),
        libc::AF_INET => {
            let items = parts(vm, v, "AF_INET", who)?;
            let [host, port] = items.items() else {
                return Err(vm.type_error("AF_INET address must be a pair (host, port)"));
            };
            let (host, port) = (*host, *port);
            let mut address = names::resolve(vm, host, libc::AF_INET)?;
            let port = port_of(vm, port, who)?;
            let mut a = address.view::<libc::sockaddr_in>();
            a.sin_port = port.to_be();
            address = Address::of(a);
            Ok(address)
        }
        libc::AF_INET6 => {
            let items = parts(vm, v, "AF_INET6", who)?;
            let items = items.items();
            if !(2..=4).contains(&items.len()) {
                return Err(
                    vm.type_error("AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])")
                );
            }
            let address = names::resolve(vm, items[0], libc::AF_INET6)?;
            let port = port_of(vm, items[1], who)?;
            let mut a = address.view::<libc::sockaddr_in6>();
            a.sin6_port = port.to_be();
            if let Some(flow) = items.get(2) {
                let flow = vm.index(*flow)?;
                if !(0..=0xfffff).contains(&flow) {
                    return Err(vm.overflow_error(format!("{who}(): flowinfo must be 0-1048575.")));
                }
                a.sin6_flowinfo = (flow as u32).to_be();
            }
            if let Some(scope) = items.get(3) {
                a.sin6_scope_id = vm.index(*scope)? as u32;
            }
            Ok(Address::of(a))
        }
        libc::AF_NETLINK => {
            let items = parts(vm, v, "AF_NETLINK", who)?;
            let [pid, groups] = items.items() else {
                return Err(vm.type_error("AF_NETLINK address must be a pair (pid, groups)"));
            };
            let (pid, groups) = (vm.index(*pid)?, vm.index(*groups)?);
            // SAFETY: zeros are valid in this plain structure.
            let mut a: libc::sockaddr_nl = unsafe { std::mem::zeroed() };
            a.nl_family = libc::AF_NETLINK as libc::sa_family_t;
            a.nl_pid = pid as u32;
            a.nl_groups = groups as u32;
            Ok(Address::of(a))
        }
        _ => {
            let text = Value::from_gc(vm.str(&format!("{who}(): bad family"))?);
            let class = Value::from_gc(vm.exc_class(habu_runtime::vm::Exc::OSError));
            let exc = vm.call(class, &[text])?;
            Err(vm.raise_value(exc))
        }
    }
}

fn unix(vm: &mut Vm, v: Value) -> PyResult<Address> {
    let path = match vm.downcast::<Str>(v) {
        Some(text) => os_string(vm, text)?.into_vec(),
        None => match vm.buffer_opt(v)? {
            Some(buffer) => buffer.as_slice().to_vec(),
            None => {
                let got = vm.type_name(v);
                return Err(vm.type_error(format!("a bytes-like object is required, not '{got}'")));
            }
        },
    };
    // SAFETY: zeros are valid in this plain structure.
    let mut a: libc::sockaddr_un = unsafe { std::mem::zeroed() };
    a.sun_family = libc::AF_UNIX as libc::sa_family_t;
    let is_abstract = path.first() == Some(&0);
    if path.len() + usize::from(!is_abstract) > a.sun_path.len() {
        let text = Value::from_gc(vm.str("AF_UNIX path too long")?);
        let class = Value::from_gc(vm.exc_class(habu_runtime::vm::Exc::OSError));
        let exc = vm.call(class, &[text])?;
        return Err(vm.raise_value(exc));
    }
    for (to, from) in a.sun_path.iter_mut().zip(&path) {
        *to = *from as libc::c_char;
    }
    let mut address = Address::of(a);
    let used = size_of::<libc::sa_family_t>() + path.len() + usize::from(!is_abstract);
    address.len = used as libc::socklen_t;
    Ok(address)
}
