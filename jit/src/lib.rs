//! Feedback to SSA, passes, Cranelift IR, native code; deoptimisation; code memory.
