//! Passwords and tokens that are made with the key chain, for services that take no signed request.

pub mod codecommit;
pub mod ses_smtp;
