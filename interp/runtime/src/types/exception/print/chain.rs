//! The exceptions to show, oldest first, with groups as trees.

use super::{final_line, frames};
use crate::types::exception::attributes::Native;
use crate::types::exception::{Exception, group};
use crate::value::Value;
use crate::vm::{RootedVec, Vm};
use std::collections::HashSet;

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
/// Members of a group that are shown, and levels of groups.
const MAX_WIDTH: usize = 15;
const MAX_DEPTH: usize = 10;

struct Printer {
    out: String,
    /// Addresses of exceptions shown or about to be: each appears once as cause or context.
    seen: HashSet<u64>,
    sources: frames::Sources,
    depth: usize,
    /// The line that closes a group is still to be written.
    need_close: bool,
}

pub fn format(vm: &mut Vm, exc: Value) -> String {
    let mut printer = Printer {
        out: String::new(),
        seen: HashSet::from([exc.0]),
        sources: frames::Sources::default(),
        depth: 0,
        need_close: false,
    };
    printer.exception(vm, exc);
    printer.out
}

impl Printer {
    fn indent(&self) -> String {
        " ".repeat(2 * self.depth)
    }

    /// Adds text, each line indented as the group's depth asks.
    fn emit(&mut self, text: &str, margin: char) {
        let mut prefix = self.indent();
        if self.depth > 0 {
            prefix.push(margin);
            prefix.push(' ');
        }
        for line in text.split_inclusive('\n') {
            self.out.push_str(&prefix);
            self.out.push_str(line);
        }
    }

    /// The exception after those it was caused by or raised while handling.
    fn exception(&mut self, vm: &mut Vm, exc: Value) {
        let mut chain: RootedVec = vm.rooted_vec();
        let mut links = Vec::new();
        let mut at = exc;
        loop {
            chain.push(at);
            let Some(e) = vm.downcast::<Exception>(at) else { break };
            let (cause, context) = (e.cause.get(), e.context.get());
            if !cause.is_none() && self.seen.insert(cause.0) {
                links.push(CAUSE);
                at = cause;
            } else if !context.is_none()
                && e.suppress_context.get() != Value::TRUE
                && self.seen.insert(context.0)
            {
                links.push(CONTEXT);
                at = context;
            } else {
                break;
            }
        }
        for i in (0..chain.len()).rev() {
            if let Some(text) = links.get(i) {
                self.emit(text, '|');
            }
            self.one(vm, chain[i]);
        }
    }

    fn one(&mut self, vm: &mut Vm, exc: Value) {
        let group = vm.downcast::<Exception>(exc).filter(|e| Native::of(vm, *e) == Native::Group);
        let stack = frames::format(vm, exc, &mut self.sources);
        let Some(members) = group.and_then(|g| group::members(vm, g)) else {
            if !stack.is_empty() {
                self.emit("Traceback (most recent call last):\n", '|');
                self.emit(&stack, '|');
            }
            let text = final_line::format(vm, exc);
            self.emit(&text, '|');
            return;
        };
        if self.depth > MAX_DEPTH {
            self.emit(&format!("... (max_group_depth is {MAX_DEPTH})\n"), '|');
            return;
        }
        let top = self.depth == 0;
        if top {
            self.depth = 1;
        }
        if !stack.is_empty() {
            self.emit("Exception Group Traceback (most recent call last):\n", if top { '+' } else { '|' });
            self.emit(&stack, '|');
        }
        let text = final_line::format(vm, exc);
        self.emit(&text, '|');
        let all = members.items();
        let shown = all.len().min(MAX_WIDTH + 1);
        self.need_close = false;
        for (i, member) in all[..shown].iter().enumerate() {
            let last = i == shown - 1;
            self.need_close |= last;
            let truncated = i >= MAX_WIDTH;
            let title = if truncated { "...".to_owned() } else { (i + 1).to_string() };
            let start = if i == 0 { "+-" } else { "  " };
            let line = format!("{}{start}+---------------- {title} ----------------\n", self.indent());
            self.out.push_str(&line);
            self.depth += 1;
            if truncated {
                let more = all.len() - MAX_WIDTH;
                self.emit(&format!("and {more} more exception{}\n", if more > 1 { "s" } else { "" }), '|');
            } else {
                self.seen.insert(member.0);
                self.exception(vm, *member);
            }
            if last && self.need_close {
                let line = format!("{}+------------------------------------\n", self.indent());
                self.out.push_str(&line);
                self.need_close = false;
            }
            self.depth -= 1;
        }
        if top {
            self.depth = 0;
        }
    }
}
