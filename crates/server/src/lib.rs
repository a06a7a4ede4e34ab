//! The server that both binaries run: OTLP and MLflow edges, UI API, live events, embedded UI, listeners, start and stop.
//!
//! Knows neither the command line nor the environment: all it is told is one [`Config`]. There is one router; the window, the
//! browser, the tests and the CLI use the same routes.

mod api;
mod assets;
mod config;
mod demo;
mod guard;
mod inbox;
mod listen;
mod live;
mod local;
mod lock;
mod not_stored;
mod otlp;
mod prices;
mod ready;
mod router;
mod serve;
mod start;
mod token;
mod token_page;

pub use api::openapi_json;
pub use config::{Config, ListenAddress, MAX_VALUE_DEPTH, Synchronous};
pub use local::{Answer, Local, has_database};
pub use lock::{Instance, LockError, instance_of};
pub use ready::Ready;
pub use start::{Running, StartError, StopError, start};
pub use token::kept_token;
