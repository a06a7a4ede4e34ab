//! Black-box tests of the routes, in folders that mirror them.

mod connections;
mod guard;
mod lossless;
mod mlflow;
mod ui;
mod v1;
