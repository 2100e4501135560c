//! The few instructions between Rust and native code: entry, helper thunks, register-preserving stubs, lazy deoptimisation.
//!
//! Native code follows the platform's convention but for the pinned register, which holds the thread context (r15, x21).

use crate::layout::{ACTIVATION_ENTRY_FP, CTX_EXIT_FP, CTX_EXIT_PC};
use habu_runtime::Value;
use std::arch::naked_asm;

/// Enters native code at `entry` on the frame at `base`: loads the register arguments from the window, and records where the
/// walk over native frames ends. Arguments: context, entry, window, depth, activation.
///
/// # Safety
/// `entry` is an installed unit for the frame at `base`, the others are what their names say.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
pub unsafe extern "C" fn enter(
    ctx: usize,
    entry: usize,
    base: *mut Value,
    depth: u32,
    activation: usize,
) -> Value {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "push r15",
        "push rbx",
        "mov r15, rdi",
        "mov [r8 + {entry_fp}], rbp",
        "mov rax, rsi",
        "mov rdi, rdx",
        "mov esi, ecx",
        "mov rdx, [rdi]",
        "mov rcx, [rdi + 8]",
        "mov r8, [rdi + 16]",
        "mov r9, [rdi + 24]",
        "call rax",
        "pop rbx",
        "pop r15",
        "pop rbp",
        "ret",
        entry_fp = const ACTIVATION_ENTRY_FP,
    )
}

/// As on x86-64; native arguments begin at x2.
///
/// # Safety
/// Called by the tier only: `entry` is installed code of the frame at `base`.
#[cfg(target_arch = "aarch64")]
#[unsafe(naked)]
pub unsafe extern "C" fn enter(
    ctx: usize,
    entry: usize,
    base: *mut Value,
    depth: u32,
    activation: usize,
) -> Value {
    naked_asm!(
        "stp x29, x30, [sp, #-32]!",
        "str x21, [sp, #16]",
        "mov x29, sp",
        "mov x21, x0",
        "str x29, [x4, #{entry_fp}]",
        "mov x9, x1",
        "ldp x4, x5, [x2]",
        "ldp x6, x7, [x2, #16]",
        "blr x9",
        "ldr x21, [sp, #16]",
        "ldp x29, x30, [sp], #32",
        "ret",
        entry_fp = const ACTIVATION_ENTRY_FP,
    )
}

/// Address of a thunk that records return address and frame pointer, then goes to the helper.
#[cfg(target_arch = "x86_64")]
macro_rules! recording_thunk {
    ($target:path) => {{
        #[unsafe(naked)]
        unsafe extern "C" fn thunk() {
            std::arch::naked_asm!(
                "mov r11, [rsp]",
                "mov [r15 + {pc}], r11",
                "mov [r15 + {fp}], rbp",
                "mov [r15 + {sp}], rsp",
                "jmp {target}",
                pc = const $crate::layout::CTX_EXIT_PC,
                fp = const $crate::layout::CTX_EXIT_FP,
                sp = const $crate::layout::CTX_EXIT_SP,
                target = sym $target,
            )
        }
        thunk as *const () as usize
    }};
}

#[cfg(target_arch = "aarch64")]
macro_rules! recording_thunk {
    ($target:path) => {{
        #[unsafe(naked)]
        unsafe extern "C" fn thunk() {
            std::arch::naked_asm!(
                "str x30, [x21, #{pc}]",
                "str x29, [x21, #{fp}]",
                "b {target}",
                pc = const $crate::layout::CTX_EXIT_PC,
                fp = const $crate::layout::CTX_EXIT_FP,
                target = sym $target,
            )
        }
        thunk as *const () as usize
    }};
}

/// Address of a stub that calls `target(context, a, b)` and keeps every register of its caller.
#[cfg(target_arch = "x86_64")]
macro_rules! preserving_thunk {
    ($target:path) => {{
        #[unsafe(naked)]
        unsafe extern "C" fn thunk() {
            std::arch::naked_asm!(
                "push rbp",
                "mov rbp, rsp",
                "push rax", "push rcx", "push rdx", "push rsi", "push rdi", "push r8", "push r9", "push r10", "push r11",
                "sub rsp, 264",
                "movups [rsp], xmm0", "movups [rsp + 16], xmm1", "movups [rsp + 32], xmm2", "movups [rsp + 48], xmm3",
                "movups [rsp + 64], xmm4", "movups [rsp + 80], xmm5", "movups [rsp + 96], xmm6", "movups [rsp + 112], xmm7",
                "movups [rsp + 128], xmm8", "movups [rsp + 144], xmm9", "movups [rsp + 160], xmm10", "movups [rsp + 176], xmm11",
                "movups [rsp + 192], xmm12", "movups [rsp + 208], xmm13", "movups [rsp + 224], xmm14", "movups [rsp + 240], xmm15",
                "mov r11, [rbp + 8]",
                "mov [r15 + {pc}], r11",
                "mov r11, [rbp]",
                "mov [r15 + {fp}], r11",
                "mov rdx, rsi",
                "mov rsi, rdi",
                "mov rdi, r15",
                "call {target}",
                "movups xmm0, [rsp]", "movups xmm1, [rsp + 16]", "movups xmm2, [rsp + 32]", "movups xmm3, [rsp + 48]",
                "movups xmm4, [rsp + 64]", "movups xmm5, [rsp + 80]", "movups xmm6, [rsp + 96]", "movups xmm7, [rsp + 112]",
                "movups xmm8, [rsp + 128]", "movups xmm9, [rsp + 144]", "movups xmm10, [rsp + 160]", "movups xmm11, [rsp + 176]",
                "movups xmm12, [rsp + 192]", "movups xmm13, [rsp + 208]", "movups xmm14, [rsp + 224]", "movups xmm15, [rsp + 240]",
                "add rsp, 264",
                "pop r11", "pop r10", "pop r9", "pop r8", "pop rdi", "pop rsi", "pop rdx", "pop rcx", "pop rax",
                "pop rbp",
                "ret",
                pc = const $crate::layout::CTX_EXIT_PC,
                fp = const $crate::layout::CTX_EXIT_FP,
                target = sym $target,
            )
        }
        thunk as *const () as usize
    }};
}

#[cfg(target_arch = "aarch64")]
macro_rules! preserving_thunk {
    ($target:path) => {{
        #[unsafe(naked)]
        unsafe extern "C" fn thunk() {
            std::arch::naked_asm!(
                "stp x29, x30, [sp, #-16]!",
                "str x30, [x21, #{pc}]",
                "str x29, [x21, #{fp}]",
                "mov x29, sp",
                "stp x0, x1, [sp, #-16]!", "stp x2, x3, [sp, #-16]!", "stp x4, x5, [sp, #-16]!", "stp x6, x7, [sp, #-16]!",
                "stp x8, x9, [sp, #-16]!", "stp x10, x11, [sp, #-16]!", "stp x12, x13, [sp, #-16]!",
                "stp x14, x15, [sp, #-16]!", "stp x16, x17, [sp, #-16]!",
                "stp q0, q1, [sp, #-32]!", "stp q2, q3, [sp, #-32]!", "stp q4, q5, [sp, #-32]!", "stp q6, q7, [sp, #-32]!",
                "stp q8, q9, [sp, #-32]!", "stp q10, q11, [sp, #-32]!", "stp q12, q13, [sp, #-32]!", "stp q14, q15, [sp, #-32]!",
                "stp q16, q17, [sp, #-32]!", "stp q18, q19, [sp, #-32]!", "stp q20, q21, [sp, #-32]!", "stp q22, q23, [sp, #-32]!",
                "stp q24, q25, [sp, #-32]!", "stp q26, q27, [sp, #-32]!", "stp q28, q29, [sp, #-32]!", "stp q30, q31, [sp, #-32]!",
                "mov x2, x1",
                "mov x1, x0",
                "mov x0, x21",
                "bl {target}",
                "ldp q30, q31, [sp], #32", "ldp q28, q29, [sp], #32", "ldp q26, q27, [sp], #32", "ldp q24, q25, [sp], #32",
                "ldp q22, q23, [sp], #32", "ldp q20, q21, [sp], #32", "ldp q18, q19, [sp], #32", "ldp q16, q17, [sp], #32",
                "ldp q14, q15, [sp], #32", "ldp q12, q13, [sp], #32", "ldp q10, q11, [sp], #32", "ldp q8, q9, [sp], #32",
                "ldp q6, q7, [sp], #32", "ldp q4, q5, [sp], #32", "ldp q2, q3, [sp], #32", "ldp q0, q1, [sp], #32",
                "ldp x16, x17, [sp], #16", "ldp x14, x15, [sp], #16", "ldp x12, x13, [sp], #16",
                "ldp x10, x11, [sp], #16", "ldp x8, x9, [sp], #16", "ldp x6, x7, [sp], #16", "ldp x4, x5, [sp], #16",
                "ldp x2, x3, [sp], #16", "ldp x0, x1, [sp], #16",
                "ldp x29, x30, [sp], #16",
                "ret",
                pc = const $crate::layout::CTX_EXIT_PC,
                fp = const $crate::layout::CTX_EXIT_FP,
                target = sym $target,
            )
        }
        thunk as *const () as usize
    }};
}
pub(crate) use {preserving_thunk, recording_thunk};

/// Where the return address of an invalidated frame points: hands the result over (as the call's result the frame sees an
/// exception, and leaves through that call's exit, which knows better) and goes on where the call returns to.
///
/// # Safety
/// Reached by returns into swapped addresses only.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
pub unsafe extern "C" fn lazy_deopt() {
    naked_asm!(
        "lea rdx, [rsp - 8]",
        "sub rsp, 16",
        "mov rsi, rax",
        "mov rdi, r15",
        "call {target}",
        "add rsp, 8",
        "mov [rsp], rax",
        "mov rax, -1",
        "ret",
        target = sym crate::helpers::runtime::returned_to_invalid,
    )
}

///
/// # Safety
/// Never called: return addresses of native frames are pointed at it.
#[cfg(target_arch = "aarch64")]
#[unsafe(naked)]
pub unsafe extern "C" fn lazy_deopt() {
    // The frame the callee returned to is current: its own return-address slot is named by its frame pointer.
    naked_asm!(
        "mov x1, x0",
        "mov x2, x29",
        "mov x0, x21",
        "bl {target}",
        "mov x30, x0",
        "mov x0, #-1",
        "ret",
        target = sym crate::helpers::runtime::returned_to_invalid,
    )
}

/// Stands in for native code that a code object doesn't have: completes the window, then runs the frame in the interpreter.
///
/// # Safety
/// Called by native code, in place of native code.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
pub unsafe extern "C" fn interpret() {
    naked_asm!(
        "mov [rdi], rdx",
        "mov [rdi + 8], rcx",
        "mov [rdi + 16], r8",
        "mov [rdi + 24], r9",
        "mov r11, [rsp]",
        "mov [r15 + {pc}], r11",
        "mov [r15 + {fp}], rbp",
        "mov [r15 + {sp}], rsp",
        "mov edx, esi",
        "mov rsi, rdi",
        "mov rdi, r15",
        "jmp {target}",
        pc = const CTX_EXIT_PC,
        fp = const CTX_EXIT_FP,
        sp = const crate::layout::CTX_EXIT_SP,
        target = sym crate::deopt::interpret,
    )
}

///
/// # Safety
/// Called by native code only, with its calling convention.
#[cfg(target_arch = "aarch64")]
#[unsafe(naked)]
pub unsafe extern "C" fn interpret() {
    naked_asm!(
        "stp x4, x5, [x2]",
        "stp x6, x7, [x2, #16]",
        "str x30, [x21, #{pc}]",
        "str x29, [x21, #{fp}]",
        "mov x1, x2",
        "mov w2, w3",
        "mov x0, x21",
        "b {target}",
        pc = const CTX_EXIT_PC,
        fp = const CTX_EXIT_FP,
        target = sym crate::deopt::interpret,
    )
}
