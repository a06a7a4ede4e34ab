//! Load client of the benches.

fn main() {}
