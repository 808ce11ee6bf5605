//! Files behind HTTP, read by ranges through a cache, and the repositories that hold them.
//!
//! [`open`] gives a file at an address as a [`RangeFile`]: any bytes of it, of which only those
//! that were asked for are fetched, and kept on disk between runs. Nothing is believed of a server:
//! ranges that are refused or ignored, pages of apology with status 200, bodies that end early,
//! files that change in between are told apart and are errors where they cannot be mended.
//!
//! [`Repository`] finds the files of a record; [`Fetch`] brings them here, resumed and checked;
//! [`Publish`] makes a record of files, once, however often it is interrupted.
//!
//! Blocking, without an asynchronous runtime: who reads tables has threads already.

mod blocks;
mod cache;
mod checksum;
mod client;
mod deposit;
mod download;
mod error;
mod fetch;
mod memory;
mod note;
mod part;
mod positioned;
mod range_file;
mod repository;
mod request;
mod response;
mod retry;
mod shared;
mod token;
mod url;
mod validator;
mod whole;

pub use cache::Cache;
pub use checksum::{Checksum, Function, Hasher};
pub use client::Client;
pub use deposit::{Deposit, DepositFile, Outcome, Person, Publish, Published, Software, Step};
pub use download::{Done, Present, RemoteFile, download};
pub use error::Error;
pub use fetch::{Fetch, free_space};
pub use note::on_note;
pub use range_file::RangeFile;
pub use repository::{Record, Repository, Resolver};
pub use request::{Body, Method, Request};
pub use response::Response;
pub use retry::Patience;
pub use shared::open;
pub use token::{Token, TokenHeader};
pub use url::Url;
