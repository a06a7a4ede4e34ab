//! Tests of the real binary: what it does when it is killed, when the disk gives out, and when there is no network.
#![cfg(unix)]

mod compare;
mod disk;
mod kill;
mod load;
mod network;
mod serve;
mod stop;
