//! Making requests to sign: the corners that are written down, one by one.

pub mod corners;
