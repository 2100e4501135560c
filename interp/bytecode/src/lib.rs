//! The opcode table; syntax tree to register bytecode; code objects; disassembler.
