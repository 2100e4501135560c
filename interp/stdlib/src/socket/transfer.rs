//! Receiving from sockets and sending to them.

use super::address::{Address, from_python, to_python};
use super::object::Socket;
use super::wait::{self, For};
use habu_runtime::heap::Gc;
use habu_runtime::types::buffer::{Buffer, WritableBuffer};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Room for `n` bytes; `who`: the method that was given the number.
pub fn room(vm: &mut Vm, n: i64, who: &str) -> PyResult<Vec<u8>> {
    let Ok(n) = usize::try_from(n) else {
        return Err(vm.value_error(format!("negative buffersize in {who}")));
    };
    let mut room = Vec::new();
    room.try_reserve_exact(n).map_err(|_| vm.memory_error())?;
    room.resize(n, 0);
    Ok(room)
}

/// How much of the buffer is to be filled.
fn wanted(vm: &mut Vm, buffer: &WritableBuffer, nbytes: i64, who: &str) -> PyResult<usize> {
    let Ok(n) = usize::try_from(nbytes) else {
        return Err(vm.value_error(format!("negative buffersize in {who}")));
    };
    if n > buffer.0.len() {
        return Err(vm.value_error(match who {
            "recvfrom_into" => "nbytes is greater than the length of the buffer",
            _ => "buffer too small for requested bytes",
        }));
    }
    Ok(if n == 0 { buffer.0.len() } else { n })
}

pub fn recv(vm: &mut Vm, this: Gc<Socket>, bufsize: i64, flags: i32) -> PyResult {
    let mut room = room(vm, bufsize, "recv")?;
    // SAFETY: room of that length.
    let n = wait::call_now(vm, this, For::Reading, |fd| unsafe {
        libc::recv(fd, room.as_mut_ptr().cast(), room.len(), flags)
    })?;
    vm.bytes(&room[..n.min(room.len())]).map(Value::from_gc)
}

pub fn recv_into(
    vm: &mut Vm,
    this: Gc<Socket>,
    buffer: WritableBuffer,
    nbytes: i64,
    flags: i32,
) -> PyResult<usize> {
    let n = wanted(vm, &buffer, nbytes, "recv_into")?;
    if n == 0 {
        return Ok(0);
    }
    // SAFETY: writable memory of at least that length.
    wait::call_now(vm, this, For::Reading, |fd| unsafe {
        libc::recv(fd, buffer.0.as_mut_ptr().cast(), n, flags)
    })
}

/// Receives to `p`; how much, and from where.
fn receive(vm: &mut Vm, this: Gc<Socket>, p: *mut u8, len: usize, flags: i32) -> PyResult<(usize, Value)> {
    let mut address = Address::room();
    let full = address.len;
    // SAFETY: the caller's room of that length; room for an address.
    let n = wait::call_now(vm, this, For::Reading, |fd| unsafe {
        address.len = full;
        libc::recvfrom(fd, p.cast(), len, flags, address.as_mut_ptr(), &mut address.len)
    })?;
    Ok((n, to_python(vm, &address)?))
}

pub fn recvfrom(vm: &mut Vm, this: Gc<Socket>, bufsize: i64, flags: i32) -> PyResult<(Value, Value)> {
    let mut room = room(vm, bufsize, "recvfrom")?;
    let (n, from) = receive(vm, this, room.as_mut_ptr(), room.len(), flags)?;
    Ok((Value::from_gc(vm.bytes(&room[..n.min(room.len())])?), from))
}

pub fn recvfrom_into(
    vm: &mut Vm,
    this: Gc<Socket>,
    buffer: WritableBuffer,
    nbytes: i64,
    flags: i32,
) -> PyResult<(usize, Value)> {
    let n = wanted(vm, &buffer, nbytes, "recvfrom_into")?;
    receive(vm, this, buffer.0.as_mut_ptr(), n, flags)
}

pub fn send(vm: &mut Vm, this: Gc<Socket>, data: Buffer, flags: i32) -> PyResult<usize> {
    // SAFETY: readable memory of that length.
    wait::call_now(vm, this, For::Writing, |fd| unsafe {
        libc::send(fd, data.as_slice().as_ptr().cast(), data.len(), flags)
    })
}

pub fn sendall(vm: &mut Vm, this: Gc<Socket>, data: Buffer, flags: i32) -> PyResult<()> {
    let until = wait::deadline(this.time_limit());
    let mut sent = 0;
    while sent < data.len() {
        // SAFETY: readable memory of that length.
        sent += wait::call(vm, this, For::Writing, until, |fd| unsafe {
            let rest = &data.as_slice()[sent..];
            libc::send(fd, rest.as_ptr().cast(), rest.len(), flags)
        })?;
        // A program may be stopped between two parts.
        vm.poll()?;
    }
    Ok(())
}

pub fn sendto(vm: &mut Vm, this: Gc<Socket>, args: &[Value]) -> PyResult<usize> {
    let (data, flags, address) = match *args {
        [data, address] => (data, 0, address),
        [data, flags, address] => (data, vm.index(flags)?, address),
        _ => {
            let n = args.len();
            return Err(vm.type_error(format!("sendto() takes 2 or 3 arguments ({n} given)")));
        }
    };
    let data = vm.buffer(data)?;
    let Ok(flags) = i32::try_from(flags) else {
        return Err(vm.overflow_error("Python int too large to convert to C int"));
    };
    let address = from_python(vm, this.family.get(), address, "sendto")?;
    // SAFETY: readable memory and a valid address, with their lengths.
    wait::call_now(vm, this, For::Writing, |fd| unsafe {
        libc::sendto(fd, data.as_slice().as_ptr().cast(), data.len(), flags, address.as_ptr(), address.len)
    })
}
