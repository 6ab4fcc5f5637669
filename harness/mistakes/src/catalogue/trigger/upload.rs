//! `sign-chunks`: an upload, described by its difference from the plainest one.

use serde::Deserialize;
use sigv4_protocol::ChunksQuestion;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{ChainKey, ChainStart, ChunkedPayload, Credentials, Request};
use sigv4_vectors::text::Time;

/// The upload without any difference, in words.
pub(super) const PLAINEST: &str = "PUT /key of the body `hello` in signed chunks";

/// An upload. Omitted fields are those of the plainest one: `PUT /key` of `hello` to the bucket
/// `examplebucket` in signed chunks of 64 KiB, with the documentation's example credentials.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Upload {
    body: Option<Bytes>,
    chunk_size: Option<u32>,
    /// Signed chunks, followed by signed trailers if there are trailers.
    payload: Option<ChunkedPayload>,
    trailers: Vec<(Bytes, Bytes)>,
    region: Option<Bytes>,
    /// `Content-Encoding`, which has to name `aws-chunked`.
    content_encoding: Option<Bytes>,
    /// `Content-Length`, which is sent and signed only if it is given.
    content_length: Option<u32>,
}

impl Upload {
    /// How it differs from the plainest one, as text.
    #[must_use]
    pub fn given(&self) -> Vec<(&'static str, String)> {
        let text = |name, value: &Option<Bytes>| Some((name, value.as_ref()?.to_string()));
        let number = |name, value: Option<u32>| Some((name, value?.to_string()));
        let fields = [
            text("body", &self.body),
            number("chunk size", self.chunk_size),
            self.payload.map(|payload| ("payload", payload.to_string())),
            text("region", &self.region),
            text("Content-Encoding", &self.content_encoding),
            number("Content-Length", self.content_length),
        ];
        let trailers = self.trailers.iter();
        let trailers = trailers.map(|(name, value)| ("trailer", format!("{name}: {value}")));
        fields.into_iter().flatten().chain(trailers).collect()
    }

    /// The question that it describes, to be signed with SigV4A.
    ///
    /// # Errors
    /// A message if the time is malformed.
    pub fn v4a_question(&self) -> Result<ChunksQuestion, String> {
        let question = self.question()?;
        let payload = match question.payload {
            ChunkedPayload::Signed => ChunkedPayload::EcdsaSigned,
            ChunkedPayload::SignedTrailer => ChunkedPayload::EcdsaSignedTrailer,
            other => other,
        };
        Ok(ChunksQuestion { payload, ..question })
    }

    /// The question that it describes.
    ///
    /// # Errors
    /// A message if the time is malformed.
    pub fn question(&self) -> Result<ChunksQuestion, String> {
        let body = self.body.clone().unwrap_or_else(|| "hello".into());
        let has_trailers = !self.trailers.is_empty();
        let usual =
            if has_trailers { ChunkedPayload::SignedTrailer } else { ChunkedPayload::Signed };
        let header = |name: &str, value: Bytes| (Bytes::from(name), value);
        let encoding = self.content_encoding.clone().unwrap_or_else(|| "aws-chunked".into());
        let mut headers = vec![
            header("Host", "examplebucket.s3.amazonaws.com".into()),
            header("Content-Encoding", encoding),
            header("X-Amz-Decoded-Content-Length", body.len().to_string().into()),
        ];
        if has_trailers {
            let names: Vec<String> =
                self.trailers.iter().map(|(name, _)| name.to_string().to_lowercase()).collect();
            headers.push(header("X-Amz-Trailer", names.join(",").into()));
        }
        if let Some(length) = self.content_length {
            headers.push(header("Content-Length", length.to_string().into()));
        }
        Ok(ChunksQuestion {
            time: Time::try_from("20130524T000000Z").map_err(|error| error.to_string())?,
            region: self.region.clone().unwrap_or_else(|| "us-east-1".into()),
            service: "s3".into(),
            key: ChainKey::Credentials(Credentials {
                access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
                secret_access_key: Bytes::from("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").into(),
                session_token: None,
            }),
            start: ChainStart::Request(Request {
                method: "PUT".into(),
                target: "/key".into(),
                headers,
                body: Bytes::default(),
            }),
            payload: self.payload.unwrap_or(usual),
            chunk_size: self.chunk_size.unwrap_or(65_536),
            body,
            trailers: self.trailers.clone(),
        })
    }
}
