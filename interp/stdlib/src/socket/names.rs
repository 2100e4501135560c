//! Names of hosts, services, protocols and interfaces.

use super::address::{Address, to_python};
use super::{HOST_ERROR, gai_error, own_error};
use crate::support::{last_error, os_str, path_of};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::bytes::Bytes;
use habu_runtime::types::int;
use habu_runtime::types::list::List;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::ffi::{CStr, CString, OsStr};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::os::unix::ffi::OsStrExt;

/// Name of an interface.
pub fn interface(index: u32) -> Option<String> {
    let mut name = [0 as libc::c_char; libc::IF_NAMESIZE];
    // SAFETY: the buffer has the size that the call expects.
    let found = unsafe { libc::if_indextoname(index, name.as_mut_ptr()) };
    // SAFETY: on success the call closed the name with a null byte.
    (!found.is_null()).then(|| unsafe { CStr::from_ptr(name.as_ptr()) }.to_string_lossy().into_owned())
}

/// A host's name as bytes: names that are not ASCII by the rules of IDNA.
fn host_bytes(vm: &mut Vm, host: Value) -> PyResult<CString> {
    let bytes = if let Some(text) = vm.downcast::<Str>(host) {
        match text.as_str().filter(|t| t.is_ascii()) {
            Some(text) => text.into_owned().into_bytes(),
            None => {
                let codec = Value::from_gc(vm.str("idna")?);
                let encoded = vm.call_method(host, "encode", &[codec])?;
                vm.bytes_like(encoded)?.as_slice().to_vec()
            }
        }
    } else if vm.exports_buffer(host) {
        vm.bytes_like(host)?.as_slice().to_vec()
    } else {
        let got = vm.type_name(host);
        return Err(vm.type_error(format!("str, bytes or bytearray expected, not {got}")));
    };
    CString::new(bytes).map_err(|_| vm.type_error("host name must not contain null character"))
}

/// What `getaddrinfo` answers.
struct Found {
    family: i32,
    kind: i32,
    proto: i32,
    name: Option<String>,
    address: Address,
}

fn look_up(
    vm: &mut Vm,
    host: Option<&CStr>,
    service: Option<&CStr>,
    hints: &libc::addrinfo,
) -> PyResult<Vec<Found>> {
    let mut list = std::ptr::null_mut();
    let pointer = |s: Option<&CStr>| s.map_or(std::ptr::null(), CStr::as_ptr);
    let (host, service) = (pointer(host), pointer(service));
    // SAFETY: C strings or null, valid hints, room for the answer.
    let code = vm.unlocked(|| unsafe { libc::getaddrinfo(host, service, hints, &mut list) });
    if code != 0 {
        return Err(gai_error(vm, code));
    }
    let mut all = Vec::new();
    let mut next = list;
    // SAFETY: the answer is a list closed by null; its addresses have the lengths that it says.
    while let Some(info) = unsafe { next.as_ref() } {
        let name = (!info.ai_canonname.is_null())
            .then(|| unsafe { CStr::from_ptr(info.ai_canonname) }.to_string_lossy().into_owned());
        let address = unsafe { Address::copied(info.ai_addr, info.ai_addrlen) };
        all.push(Found {
            family: info.ai_family,
            kind: info.ai_socktype,
            proto: info.ai_protocol,
            name,
            address,
        });
        next = info.ai_next;
    }
    // SAFETY: the list of the call above, used no more.
    unsafe { libc::freeaddrinfo(list) };
    Ok(all)
}

fn hints(family: i32) -> libc::addrinfo {
    // SAFETY: zeros are valid in this plain structure.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    hints.ai_family = family;
    hints
}

/// A host as an address of a family, without port.
pub fn resolve(vm: &mut Vm, host: Value, family: i32) -> PyResult<Address> {
    let name = host_bytes(vm, host)?;
    let text = name.to_str().unwrap_or_default();
    if family == libc::AF_INET {
        match text {
            "" => return Ok(Address::v4(Ipv4Addr::UNSPECIFIED, 0)),
            "<broadcast>" => return Ok(Address::v4(Ipv4Addr::BROADCAST, 0)),
            _ => {}
        }
        if let Ok(ip) = text.parse::<Ipv4Addr>() {
            return Ok(Address::v4(ip, 0));
        }
    } else {
        if text.is_empty() {
            return Ok(Address::v6(Ipv6Addr::UNSPECIFIED, 0, 0, 0));
        }
        if let Ok(ip) = text.parse::<Ipv6Addr>() {
            return Ok(Address::v6(ip, 0, 0, 0));
        }
    }
    let mut wanted = hints(family);
    wanted.ai_socktype = libc::SOCK_STREAM;
    let found = look_up(vm, Some(&name), None, &wanted)?;
    match found.first() {
        Some(first) => Ok(first.address),
        None => Err(gai_error(vm, libc::EAI_NONAME)),
    }
}

/// Host of an address by the name service, with flags of `getnameinfo`; and its service.
fn name_of(vm: &mut Vm, address: &Address, flags: i32) -> Result<(String, String), i32> {
    let mut host = [0 as libc::c_char; 1025];
    let mut service = [0 as libc::c_char; 32];
    // SAFETY: buffers with the sizes that are passed.
    let code = vm.unlocked(|| unsafe {
        libc::getnameinfo(
            address.as_ptr(),
            address.len,
            host.as_mut_ptr(),
            host.len() as libc::socklen_t,
            service.as_mut_ptr(),
            service.len() as libc::socklen_t,
            flags,
        )
    });
    if code != 0 {
        return Err(code);
    }
    // SAFETY: closed by a null byte on success.
    let text = |p: *const libc::c_char| unsafe { CStr::from_ptr(p) }.to_string_lossy().into_owned();
    Ok((text(host.as_ptr()), text(service.as_ptr())))
}

fn simple_error(vm: &mut Vm, text: &str) -> habu_runtime::vm::Raised {
    let class = Value::from_gc(vm.exc_class(habu_runtime::vm::Exc::OSError));
    let made = vm.str(text).and_then(|text| vm.call(class, &[Value::from_gc(text)]));
    match made {
        Ok(exc) => vm.raise_value(exc),
        Err(raised) => raised,
    }
}

/// A number that is to fit in `bits`.
fn unsigned(vm: &mut Vm, v: Value, who: &str, bits: u32) -> PyResult<u32> {
    let n = vm.index_value(v)?;
    if int::is_negative(n) {
        return Err(vm.overflow_error(match bits {
            16 => format!("{who}: can't convert negative Python int to C {bits}-bit unsigned integer"),
            _ => "can't convert negative value to unsigned int".to_owned(),
        }));
    }
    match int::to_i128(n).filter(|n| *n < 1 << bits) {
        Some(n) => Ok(n as u32),
        None => Err(vm.overflow_error(match bits {
            16 => format!("{who}: Python int too large to convert to C {bits}-bit unsigned integer"),
            _ => "int larger than 32 bits".to_owned(),
        })),
    }
}

fn c_text(vm: &mut Vm, text: Gc<Str>) -> PyResult<CString> {
    path_of(vm, Value::from_gc(text)).map(|p| p.path)
}

/// The addresses of a host and its canonical name.
fn host_entry(vm: &mut Vm, host: Value) -> PyResult<(String, Gc<List>)> {
    let name = host_bytes(vm, host)?;
    let mut wanted = hints(libc::AF_INET);
    wanted.ai_socktype = libc::SOCK_STREAM;
    wanted.ai_flags = libc::AI_CANONNAME;
    let found = look_up(vm, Some(&name), None, &wanted)?;
    let all = vm.list_new()?;
    for entry in &found {
        let ip = Value::from_gc(vm.str(&entry.address.ip_text())?);
        vm.list_push(all, ip)?;
    }
    let canonical = found.into_iter().find_map(|f| f.name);
    Ok((canonical.unwrap_or_else(|| name.to_string_lossy().into_owned()), all))
}

#[native_module(name = "_socket")]
pub mod functions {
    use super::*;

    /// Resolve host and port into list of address info entries.
    #[function(sig = "(host, port, family=0, type=0, proto=0, flags=0)")]
    fn getaddrinfo(
        vm: &mut Vm,
        host: Value,
        port: Value,
        family: i32,
        kind: i32,
        proto: i32,
        flags: i32,
    ) -> PyResult<Gc<List>> {
        let host = if host.is_none() {
            None
        } else if vm.downcast::<Str>(host).is_some() || vm.downcast::<Bytes>(host).is_some() {
            Some(host_bytes(vm, host)?)
        } else {
            return Err(vm.type_error("getaddrinfo() argument 1 must be string or None"));
        };
        let service = if port.is_none() {
            None
        } else if int::as_int(vm, port).is_some() {
            let text = vm.to_str(port)?.to_message();
            if text.parse::<i64>().is_err() {
                return Err(vm.overflow_error("Python int too large to convert to C long"));
            }
            CString::new(text).ok()
        } else if vm.downcast::<Str>(port).is_some() || vm.downcast::<Bytes>(port).is_some() {
            Some(path_of(vm, port)?.path)
        } else {
            return Err(vm.type_error("Int or String expected"));
        };
        let mut wanted = hints(family);
        (wanted.ai_socktype, wanted.ai_protocol, wanted.ai_flags) = (kind, proto, flags);
        let found = look_up(vm, host.as_deref(), service.as_deref(), &wanted)?;
        let all = vm.list_new()?;
        for entry in found {
            let address = to_python(vm, &entry.address)?;
            let name = Value::from_gc(vm.str(entry.name.as_deref().unwrap_or(""))?);
            let numbers = [entry.family, entry.kind, entry.proto].map(|n| Value::small(i64::from(n)));
            let item = vm.tuple(&[numbers[0], numbers[1], numbers[2], name, address])?;
            vm.list_push(all, Value::from_gc(item))?;
        }
        Ok(all)
    }
    /// Get host and port for a sockaddr.
    #[function(sig = "(sockaddr, flags, /)")]
    fn getnameinfo(vm: &mut Vm, sockaddr: Value, flags: i32) -> PyResult<(String, String)> {
        let Some(items) = vm.downcast::<Tuple>(sockaddr) else {
            return Err(vm.type_error("getnameinfo() argument 1 must be a tuple"));
        };
        let items = items.items();
        if !(2..=4).contains(&items.len()) {
            return Err(vm.type_error("getnameinfo(): illegal sockaddr argument"));
        }
        let Some(host) = vm.downcast::<Str>(items[0]) else {
            return Err(vm.type_error("getnameinfo(): illegal sockaddr argument"));
        };
        let port = vm.index(items[1])?;
        let Ok(port) = u16::try_from(port) else {
            return Err(vm.overflow_error("getsockaddrarg: port must be 0-65535."));
        };
        let flow = items.get(2).map_or(Ok(0), |v| vm.index(*v))?;
        if !(0..=0xfffff).contains(&flow) {
            return Err(vm.overflow_error("getnameinfo(): flowinfo must be 0-1048575."));
        }
        let scope = items.get(3).map_or(Ok(0), |v| vm.index(*v))?;
        let name = c_text(vm, host)?;
        let service = CString::new(port.to_string()).expect("digits");
        let mut wanted = hints(libc::AF_UNSPEC);
        wanted.ai_socktype = libc::SOCK_DGRAM;
        wanted.ai_flags = libc::AI_NUMERICHOST;
        let found = look_up(vm, Some(&name), Some(&service), &wanted)?;
        if found.len() != 1 {
            return Err(simple_error(vm, "sockaddr resolved to multiple addresses"));
        }
        let mut address = found[0].address;
        if found[0].family == libc::AF_INET {
            if items.len() != 2 {
                return Err(simple_error(vm, "IPv4 sockaddr must be 2 tuple"));
            }
        } else if let Ok(ip) = name.to_str().unwrap_or_default().parse::<Ipv6Addr>() {
            address = Address::v6(ip, port, flow as u32, scope as u32);
        }
        name_of(vm, &address, flags).map_err(|code| gai_error(vm, code))
    }
    /// Return the IP address (a string of the form '255.255.255.255') for a host.
    #[function(sig = "(host, /)")]
    fn gethostbyname(vm: &mut Vm, host: Value) -> PyResult<String> {
        resolve(vm, host, libc::AF_INET).map(|a| a.ip_text())
    }
    /// Return the true host name, a list of aliases, and a list of IP addresses, for a host.
    #[function(sig = "(host, /)")]
    fn gethostbyname_ex(vm: &mut Vm, host: Value) -> PyResult<(String, Gc<List>, Gc<List>)> {
        let (name, addresses) = host_entry(vm, host)?;
        Ok((name, vm.list_new()?, addresses))
    }
    /// Return the true host name, a list of aliases, and a list of IP addresses, for a host.
    #[function(sig = "(ip_address, /)")]
    fn gethostbyaddr(vm: &mut Vm, ip_address: Value) -> PyResult<(String, Gc<List>, Gc<List>)> {
        let address = resolve(vm, ip_address, libc::AF_UNSPEC)?;
        match name_of(vm, &address, libc::NI_NAMEREQD) {
            Ok((name, _)) => {
                let all = vm.list_new()?;
                let ip = Value::from_gc(vm.str(&address.ip_text())?);
                vm.list_push(all, ip)?;
                Ok((name, vm.list_new()?, all))
            }
            Err(_) => Err(own_error(vm, &HOST_ERROR, 1, "Unknown host")),
        }
    }
    /// Return the current host name.
    #[function]
    fn gethostname(vm: &mut Vm) -> PyResult {
        let mut name = [0u8; 1025];
        // SAFETY: the buffer has the size that is passed, less one for the closing null.
        if unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) } < 0 {
            return Err(last_error(vm, None));
        }
        let end = name.iter().position(|c| *c == 0).unwrap_or(0);
        os_str(vm, OsStr::from_bytes(&name[..end])).map(Value::from_gc)
    }
    /// Sets the hostname to name.
    #[function(sig = "(name, /)")]
    fn sethostname(vm: &mut Vm, name: Value) -> PyResult<()> {
        let name = path_of(vm, name)?.path;
        // SAFETY: a string with its length.
        if unsafe { libc::sethostname(name.as_ptr(), name.as_bytes().len()) } < 0 {
            return Err(last_error(vm, None));
        }
        Ok(())
    }
    /// Return a port number from a service name and protocol name.
    #[function(sig = "(servicename, protocolname=<unrepresentable>, /)")]
    fn getservbyname(vm: &mut Vm, servicename: Gc<Str>, protocolname: Option<Gc<Str>>) -> PyResult<u16> {
        let name = c_text(vm, servicename)?;
        let protocol = protocolname.map(|p| c_text(vm, p)).transpose()?;
        let protocol = protocol.as_ref().map_or(std::ptr::null(), |p| p.as_ptr());
        // SAFETY: C strings or null; the answer is static until the next call, and the lock is held.
        match unsafe { libc::getservbyname(name.as_ptr(), protocol).as_ref() } {
            Some(entry) => Ok(u16::from_be(entry.s_port as u16)),
            None => Err(simple_error(vm, "service/proto not found")),
        }
    }
    /// Return the service name from a port number and protocol name.
    #[function(sig = "(port, protocolname=<unrepresentable>, /)")]
    fn getservbyport(vm: &mut Vm, port: Value, protocolname: Option<Gc<Str>>) -> PyResult<String> {
        let n = vm.index_value(port)?;
        let Some(port) = int::to_i128(n).and_then(|n| u16::try_from(n).ok()) else {
            return Err(vm.overflow_error("getservbyport: port must be 0-65535."));
        };
        let protocol = protocolname.map(|p| c_text(vm, p)).transpose()?;
        let protocol = protocol.as_ref().map_or(std::ptr::null(), |p| p.as_ptr());
        // SAFETY: as above.
        match unsafe { libc::getservbyport(i32::from(port.to_be()), protocol).as_ref() } {
            // SAFETY: a C string.
            Some(entry) => Ok(unsafe { CStr::from_ptr(entry.s_name) }.to_string_lossy().into_owned()),
            None => Err(simple_error(vm, "port/proto not found")),
        }
    }
    /// Return the protocol number for the named protocol.
    #[function(sig = "(name, /)")]
    fn getprotobyname(vm: &mut Vm, name: Gc<Str>) -> PyResult<i32> {
        let name = c_text(vm, name)?;
        // SAFETY: as above.
        match unsafe { libc::getprotobyname(name.as_ptr()).as_ref() } {
            Some(entry) => Ok(entry.p_proto),
            None => Err(simple_error(vm, "protocol not found")),
        }
    }
    /// Convert a 16-bit unsigned integer from host to network byte order.
    #[function(sig = "(x, /)")]
    fn htons(vm: &mut Vm, x: Value) -> PyResult<u32> {
        unsigned(vm, x, "htons", 16).map(|n| u32::from((n as u16).to_be()))
    }
    /// Convert a 16-bit unsigned integer from network to host byte order.
    #[function(sig = "(x, /)")]
    fn ntohs(vm: &mut Vm, x: Value) -> PyResult<u32> {
        unsigned(vm, x, "ntohs", 16).map(|n| u32::from(u16::from_be(n as u16)))
    }
    /// Convert a 32-bit unsigned integer from host to network byte order.
    #[function(sig = "(x, /)")]
    fn htonl(vm: &mut Vm, x: Value) -> PyResult<u32> {
        unsigned(vm, x, "htonl", 32).map(u32::to_be)
    }
    /// Convert a 32-bit unsigned integer from network to host byte order.
    #[function(sig = "(x, /)")]
    fn ntohl(vm: &mut Vm, x: Value) -> PyResult<u32> {
        unsigned(vm, x, "ntohl", 32).map(u32::from_be)
    }
    /// Convert an IP address in string format (123.45.67.89) to the 32-bit packed binary format.
    #[function(sig = "(ip_addr, /)")]
    fn inet_aton(vm: &mut Vm, ip_addr: Gc<Str>) -> PyResult {
        unsafe extern "C" {
            /// The C library's own: it takes forms that no parser of Rust's library does.
            #[link_name = "inet_aton"]
            fn c_inet_aton(text: *const libc::c_char, address: *mut libc::in_addr) -> libc::c_int;
        }
        let text = c_text(vm, ip_addr)?;
        let mut address = libc::in_addr { s_addr: 0 };
        // SAFETY: a C string, and room for the answer.
        if unsafe { c_inet_aton(text.as_ptr(), &mut address) } == 0 {
            return Err(simple_error(vm, "illegal IP address string passed to inet_aton"));
        }
        vm.bytes(&address.s_addr.to_ne_bytes()).map(Value::from_gc)
    }
    /// Convert an IP address from 32-bit packed binary format to string format.
    #[function(sig = "(packed_ip, /)")]
    fn inet_ntoa(vm: &mut Vm, packed_ip: habu_runtime::types::buffer::Buffer) -> PyResult<String> {
        match <[u8; 4]>::try_from(packed_ip.as_slice()) {
            Ok(octets) => Ok(Ipv4Addr::from(octets).to_string()),
            Err(_) => Err(simple_error(vm, "packed IP wrong length")),
        }
    }
    /// Convert an IP address from string format to a packed string suitable for use with low-level network functions.
    #[function(sig = "(address_family, ip_string, /)")]
    fn inet_pton(vm: &mut Vm, address_family: i32, ip_string: Gc<Str>) -> PyResult {
        let text = ip_string.to_message();
        let packed = match address_family {
            libc::AF_INET => text.parse::<Ipv4Addr>().ok().map(|ip| ip.octets().to_vec()),
            libc::AF_INET6 => text.parse::<Ipv6Addr>().ok().map(|ip| ip.octets().to_vec()),
            _ => return Err(vm.os_error(libc::EAFNOSUPPORT, None)),
        };
        match packed {
            Some(bytes) => vm.bytes(&bytes).map(Value::from_gc),
            None => Err(simple_error(vm, "illegal IP address string passed to inet_pton")),
        }
    }
    /// Convert a packed IP address of the given family to string format.
    #[function(sig = "(address_family, packed_ip, /)")]
    fn inet_ntop(
        vm: &mut Vm,
        address_family: i32,
        packed_ip: habu_runtime::types::buffer::Buffer,
    ) -> PyResult<String> {
        let bytes = packed_ip.as_slice();
        match address_family {
            libc::AF_INET => match <[u8; 4]>::try_from(bytes) {
                Ok(octets) => Ok(Ipv4Addr::from(octets).to_string()),
                Err(_) => Err(vm.value_error("invalid length of packed IP address string")),
            },
            libc::AF_INET6 => match <[u8; 16]>::try_from(bytes) {
                Ok(octets) => Ok(Ipv6Addr::from(octets).to_string()),
                Err(_) => Err(vm.value_error("invalid length of packed IP address string")),
            },
            family => Err(vm.value_error(format!("unknown address family {family}"))),
        }
    }
    /// Returns a list of network interface information (index, name) tuples.
    #[function]
    fn if_nameindex(vm: &mut Vm) -> PyResult<Gc<List>> {
        // SAFETY: a plain library call.
        let list = unsafe { libc::if_nameindex() };
        if list.is_null() {
            return Err(last_error(vm, None));
        }
        let mut found = Vec::new();
        let mut next = list;
        // SAFETY: an array closed by an entry of zeros.
        unsafe {
            while (*next).if_index != 0 {
                found
                    .push(((*next).if_index, CStr::from_ptr((*next).if_name).to_string_lossy().into_owned()));
                next = next.add(1);
            }
            libc::if_freenameindex(list);
        }
        let all = vm.list_new()?;
        for (index, name) in found {
            let name = Value::from_gc(vm.str(&name)?);
            let pair = vm.tuple(&[Value::small(i64::from(index)), name])?;
            vm.list_push(all, Value::from_gc(pair))?;
        }
        Ok(all)
    }
    /// Returns the interface index corresponding to the interface name.
    #[function(sig = "(oname, /)")]
    fn if_nametoindex(vm: &mut Vm, oname: Value) -> PyResult<u32> {
        let name = path_of(vm, oname)?.path;
        // SAFETY: a C string.
        match unsafe { libc::if_nametoindex(name.as_ptr()) } {
            0 => Err(simple_error(vm, "no interface with this name")),
            n => Ok(n),
        }
    }
    /// Returns the interface name corresponding to the interface index.
    #[function(sig = "(if_index, /)")]
    fn if_indextoname(vm: &mut Vm, if_index: u32) -> PyResult<String> {
        match interface(if_index) {
            Some(name) => Ok(name),
            None => Err(last_error(vm, None)),
        }
    }
}
