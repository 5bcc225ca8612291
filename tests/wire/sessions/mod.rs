//! Sessions of older clients, and all answers that are streams.

mod app;
mod begins;
mod changes;
mod desk;
mod ends;
mod foreign;
mod held;
mod limits;
mod line;
