//! Native modules, one folder each, and the embedded pure-Python library.
