//! `_uuid`: UUIDs of the time, with the hardware address of this machine.

use crate::support::set_int;
use habu_macros::native_module;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;
use std::collections::hash_map::Entry;

/// 100-nanosecond intervals from the start of the Gregorian calendar to the Unix epoch.
const GREGORIAN: u64 = 0x01b2_1dd2_1381_4000;

/// What this process makes its UUIDs of.
struct Source {
    node: [u8; 6],
    sequence: u16,
    last: u64,
}

/// The address of the first network card that has one.
fn hardware_address() -> Option<[u8; 6]> {
    let mut cards: Vec<_> = std::fs::read_dir("/sys/class/net").ok()?.flatten().map(|e| e.path()).collect();
    cards.sort();
    cards.iter().find_map(|card| {
        let text = std::fs::read_to_string(card.join("address")).ok()?;
        let mut node = [0; 6];
        let mut parts = text.trim().split(':');
        for byte in &mut node {
            *byte = u8::from_str_radix(parts.next()?, 16).ok()?;
        }
        (parts.next().is_none() && node != [0; 6]).then_some(node)
    })
}

impl Source {
    fn new() -> std::io::Result<Source> {
        let mut random = [0; 8];
        std::io::Read::read_exact(&mut std::fs::File::open("/dev/urandom")?, &mut random)?;
        let [a, b, ref rest @ ..] = random;
        let node = hardware_address().unwrap_or_else(|| {
            let mut node = *rest;
            // Group addresses belong to no card.
            node[0] |= 1;
            node
        });
        Ok(Source { node, sequence: u16::from_be_bytes([a, b]), last: 0 })
    }

    fn next(&mut self) -> [u8; 16] {
        let nanos = crate::time::clock::nanoseconds(libc::CLOCK_REALTIME).unsigned_abs();
        let time = (nanos / 100 + GREGORIAN).max(self.last + 1);
        self.last = time;
        let mut out = [0; 16];
        out[..4].copy_from_slice(&(time as u32).to_be_bytes());
        out[4..6].copy_from_slice(&((time >> 32) as u16).to_be_bytes());
        out[6..8].copy_from_slice(&((time >> 48) as u16 & 0x0fff | 0x1000).to_be_bytes());
        out[8..10].copy_from_slice(&(self.sequence & 0x3fff | 0x8000).to_be_bytes());
        out[10..].copy_from_slice(&self.node);
        out
    }
}

/// What the platform knows of UUIDs.
#[native_module(name = "_uuid")]
pub mod module {
    use super::*;

    #[function(sig = "()")]
    fn generate_time_safe(vm: &mut Vm) -> PyResult<(Value, i64)> {
        let key = TypeId::of::<Source>();
        let made = match vm.module_state.entry(key) {
            Entry::Occupied(made) => made.into_mut(),
            Entry::Vacant(place) => match Source::new() {
                Ok(source) => place.insert(Box::new(source)),
                Err(e) => return Err(crate::support::io_error(vm, &e, None)),
            },
        };
        let source = made.downcast_mut::<Source>();
        let bytes = source.expect("entered under its own type").next();
        // -1: not made by a service that excludes equal ones of other processes.
        Ok((vm.bytes_value(&bytes)?, -1))
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        set_int(vm, module, "has_uuid_generate_time_safe", 1)?;
        set_int(vm, module, "has_stable_extractable_node", 0)
    }
}
