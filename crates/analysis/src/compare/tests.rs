//! Alignments of drawn pairs against what was expected of them, and what holds of any two traces.

mod drawn;
mod pairs;
mod properties;
