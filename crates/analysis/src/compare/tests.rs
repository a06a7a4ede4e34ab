//! Alignments of drawn pairs against what was expected of them, and what holds of any two traces.

mod drawn;
mod limits;
mod pairs;
mod partners;
mod properties;
