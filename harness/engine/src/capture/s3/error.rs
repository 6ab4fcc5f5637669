//! S3's error documents.

use super::super::answers::Answer;
use super::super::xml::Xml;
use super::{HOST_ID, REQUEST_ID};

/// Why S3 does not do what it is asked.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(in crate::capture) enum S3Error {
    #[error("The request carries no signature")]
    AccessDenied,
    #[error("The bucket you tried to delete is not empty")]
    BucketNotEmpty,
    #[error("The objects do not fit into the memory of this endpoint")]
    Full,
    #[error("{0}")]
    InvalidArgument(String),
    #[error("One or more of the specified parts could not be found")]
    InvalidPart,
    #[error("The list of parts was not in ascending order")]
    InvalidPartOrder,
    #[error("The requested range is not satisfiable")]
    InvalidRange,
    #[error("{0}")]
    MalformedXml(String),
    #[error("The specified method is not allowed against this resource")]
    MethodNotAllowed,
    #[error("The specified bucket does not exist")]
    NoSuchBucket,
    #[error("The specified key does not exist.")]
    NoSuchKey,
    /// A sub-resource that this bucket does not have, by the word for it.
    #[error("The bucket does not have this configuration")]
    NoSuchConfiguration(&'static str),
    #[error("The specified upload does not exist")]
    NoSuchUpload,
    #[error("At least one of the preconditions you specified did not hold")]
    PreconditionFailed,
}

impl S3Error {
    fn code(&self) -> (u16, &'static str) {
        match self {
            Self::AccessDenied => (403, "AccessDenied"),
            Self::BucketNotEmpty => (409, "BucketNotEmpty"),
            Self::Full => (503, "ServiceUnavailable"),
            Self::InvalidArgument(_) => (400, "InvalidArgument"),
            Self::InvalidPart => (400, "InvalidPart"),
            Self::InvalidPartOrder => (400, "InvalidPartOrder"),
            Self::InvalidRange => (416, "InvalidRange"),
            Self::MalformedXml(_) => (400, "MalformedXML"),
            Self::MethodNotAllowed => (405, "MethodNotAllowed"),
            Self::NoSuchBucket => (404, "NoSuchBucket"),
            Self::NoSuchConfiguration(code) => (404, code),
            Self::NoSuchKey => (404, "NoSuchKey"),
            Self::NoSuchUpload => (404, "NoSuchUpload"),
            Self::PreconditionFailed => (412, "PreconditionFailed"),
        }
    }

    /// The document that a client reads.
    pub(in crate::capture) fn answer(&self, target: &[u8]) -> Answer {
        let (status, code) = self.code();
        let mut xml = Xml::new();
        xml.open("Error");
        xml.leaf("Code", code);
        xml.leaf("Message", &self.to_string());
        xml.bytes("Resource", target);
        xml.leaf("RequestId", REQUEST_ID);
        xml.leaf("HostId", HOST_ID);
        xml.close("Error");
        Answer::xml(status, xml)
    }
}
