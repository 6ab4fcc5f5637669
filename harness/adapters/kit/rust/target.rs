//! Targets of the crate `url`.

use url::{Position, Url};

use crate::{Refusal, Sign, text, unrepresentable};

/// The host and the target as a URL. One that the crate would spell otherwise, such as a raw space or a
/// dot segment, never reaches a signer of such URLs.
pub fn url(asked: &Sign) -> Result<Url, Refusal> {
    let (host, _) = asked.host()?;
    let target = text(&asked.target)?;
    let url = Url::parse(&format!("https://{host}{target}")).map_err(unrepresentable)?;
    if &url[Position::BeforeHost..Position::AfterPort] != host {
        return Err(unrepresentable("the crate url spells this host otherwise"));
    }
    if target_of(&url) != target {
        return Err(unrepresentable(format!(
            "the crate url makes of this target {}",
            target_of(&url)
        )));
    }
    Ok(url)
}

/// Path and query, as they are sent.
pub fn target_of(url: &Url) -> &str {
    &url[Position::BeforePath..Position::AfterQuery]
}
