//! Values, heap, object model, builtin types, frames, interpreter loop and feedback.
