//! `recvmsg` and `sendmsg`: several buffers at once, and ancillary data.

use super::address::{Address, from_python, to_python};
use super::object::Socket;
use super::transfer::room;
use super::wait::{self, For};
use habu_runtime::heap::Gc;
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::list::List;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

/// The items of a sequence as buffers' places.
fn vectors(buffers: &[Buffer]) -> Vec<libc::iovec> {
    buffers.iter().map(|b| libc::iovec { iov_base: b.as_mut_ptr().cast(), iov_len: b.len() }).collect()
}

/// The ancillary data that the system wrote, as a list of (level, type, bytes).
fn ancillary(vm: &mut Vm, header: &libc::msghdr) -> PyResult<Gc<List>> {
    let all = vm.list_new()?;
    // SAFETY: the system's macros walk what it wrote into the control buffer.
    let mut next = unsafe { libc::CMSG_FIRSTHDR(header) };
    while !next.is_null() {
        // SAFETY: as above; the data is within the control buffer, however long the header claims to be.
        let (level, kind, data) = unsafe {
            let data = libc::CMSG_DATA(next).cast_const();
            let end = header.msg_control as usize + header.msg_controllen;
            let claimed = ((*next).cmsg_len).saturating_sub(data as usize - next as usize);
            let len = claimed.min(end.saturating_sub(data as usize));
            ((*next).cmsg_level, (*next).cmsg_type, std::slice::from_raw_parts(data, len).to_vec())
        };
        let data = Value::from_gc(vm.bytes(&data)?);
        let item = [Value::small(i64::from(level)), Value::small(i64::from(kind)), data];
        let item = vm.tuple(&item)?;
        vm.list_push(all, Value::from_gc(item))?;
        // SAFETY: as above.
        next = unsafe { libc::CMSG_NXTHDR(header, next) };
    }
    Ok(all)
}

/// Receives into the places; how much, the ancillary data, the flags, and from where.
fn receive(
    vm: &mut Vm,
    this: Gc<Socket>,
    mut places: Vec<libc::iovec>,
    ancbufsize: i64,
    flags: i32,
    who: &str,
) -> PyResult<(usize, Gc<List>, i32, Value)> {
    let Some(control_len) = usize::try_from(ancbufsize).ok().filter(|n| *n <= i32::MAX as usize) else {
        return Err(vm.value_error(format!("{who}: invalid ancillary data buffer length")));
    };
    // Words, so that headers in it are aligned.
    let mut control = vec![0u64; control_len.div_ceil(8)];
    let mut address = Address::room();
    let full = address.len;
    // SAFETY: zeros are valid in this plain structure.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = places.as_mut_ptr();
    header.msg_iovlen = places.len() as _;
    header.msg_name = address.as_mut_ptr().cast();
    let n = wait::call_now(vm, this, For::Reading, |fd| {
        header.msg_namelen = full;
        header.msg_control =
            if control_len == 0 { std::ptr::null_mut() } else { control.as_mut_ptr().cast() };
        header.msg_controllen = control_len as _;
        // SAFETY: all places are writable memory with their lengths.
        unsafe { libc::recvmsg(fd, &mut header, flags) }
    })?;
    address.len = header.msg_namelen;
    let extra = ancillary(vm, &header)?;
    let from = to_python(vm, &address)?;
    Ok((n, extra, header.msg_flags, from))
}

pub fn recvmsg(vm: &mut Vm, this: Gc<Socket>, bufsize: i64, ancbufsize: i64, flags: i32) -> PyResult {
    if bufsize < 0 {
        return Err(vm.value_error("negative buffer size in recvmsg()"));
    }
    let mut room = room(vm, bufsize, "recvmsg")?;
    let place = libc::iovec { iov_base: room.as_mut_ptr().cast(), iov_len: room.len() };
    let (n, extra, flags, from) = receive(vm, this, vec![place], ancbufsize, flags, "recvmsg()")?;
    let data = Value::from_gc(vm.bytes(&room[..n.min(room.len())])?);
    vm.tuple(&[data, Value::from_gc(extra), Value::small(i64::from(flags)), from]).map(Value::from_gc)
}

pub fn recvmsg_into(vm: &mut Vm, this: Gc<Socket>, buffers: Value, ancbufsize: i64, flags: i32) -> PyResult {
    let collected = vm.collect(buffers);
    let Some(items) = vm.catch(collected, Exc::TypeError)? else {
        return Err(vm.type_error("recvmsg_into() argument 1 must be an iterable"));
    };
    let mut writable = Vec::with_capacity(items.len());
    for i in 0..items.len() {
        writable.push(vm.writable_buffer(items[i])?);
    }
    let (n, extra, flags, from) = receive(vm, this, vectors(&writable), ancbufsize, flags, "recvmsg_into()")?;
    let n = Value::small(n as i64);
    vm.tuple(&[n, Value::from_gc(extra), Value::small(i64::from(flags)), from]).map(Value::from_gc)
}

/// The control buffer for a list of (level, type, bytes).
fn control_of(vm: &mut Vm, ancdata: Value) -> PyResult<Vec<u64>> {
    let mut control: Vec<u64> = Vec::new();
    if ancdata.is_none() {
        return Ok(control);
    }
    let collected = vm.collect(ancdata);
    let Some(items) = vm.catch(collected, Exc::TypeError)? else {
        return Err(vm.type_error("sendmsg() argument 2 must be an iterable"));
    };
    for i in 0..items.len() {
        let parts = match vm.downcast::<Tuple>(items[i]).filter(|t| t.len() == 3) {
            Some(tuple) => tuple,
            None => {
                let text =
                    "[sendmsg() ancillary data items must be 3-tuples (cmsg_level, cmsg_type, cmsg_data)";
                return Err(vm.type_error(text.trim_start_matches('[')));
            }
        };
        let parts = parts.items();
        let (level, kind) = (vm.index(parts[0])?, vm.index(parts[1])?);
        let data = vm.bytes_like(parts[2])?;
        let data = data.as_slice();
        let Ok(len) = u32::try_from(data.len()) else {
            return Err(vm.os_error(libc::EINVAL, None));
        };
        // SAFETY: arithmetic.
        let (space, used) = unsafe { (libc::CMSG_SPACE(len) as usize, libc::CMSG_LEN(len) as usize) };
        let at = control.len();
        control.resize(at + space.div_ceil(8), 0);
        // SAFETY: the item's own part of the buffer, aligned, and long enough for header and data.
        unsafe {
            let item = control.as_mut_ptr().add(at).cast::<libc::cmsghdr>();
            (*item).cmsg_level = level as i32;
            (*item).cmsg_type = kind as i32;
            (*item).cmsg_len = used as _;
            std::ptr::copy_nonoverlapping(data.as_ptr(), libc::CMSG_DATA(item), data.len());
        }
    }
    Ok(control)
}

pub fn sendmsg(
    vm: &mut Vm,
    this: Gc<Socket>,
    buffers: Value,
    ancdata: Value,
    flags: i32,
    address: Value,
) -> PyResult<usize> {
    let collected = vm.collect(buffers);
    let Some(items) = vm.catch(collected, Exc::TypeError)? else {
        return Err(vm.type_error("sendmsg() argument 1 must be an iterable"));
    };
    let mut parts = Vec::with_capacity(items.len());
    for i in 0..items.len() {
        parts.push(vm.buffer(items[i])?);
    }
    let mut places = vectors(&parts);
    let to =
        if address.is_none() { None } else { Some(from_python(vm, this.family.get(), address, "sendmsg")?) };
    let mut control = control_of(vm, ancdata)?;
    // SAFETY: zeros are valid in this plain structure.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = places.as_mut_ptr();
    header.msg_iovlen = places.len() as _;
    if let Some(to) = &to {
        header.msg_name = to.as_ptr().cast_mut().cast();
        header.msg_namelen = to.len;
    }
    if !control.is_empty() {
        header.msg_control = control.as_mut_ptr().cast();
        header.msg_controllen = (control.len() * 8) as _;
    }
    // SAFETY: all places are readable memory with their lengths.
    wait::call_now(vm, this, For::Writing, |fd| unsafe { libc::sendmsg(fd, &header, flags) })
}
