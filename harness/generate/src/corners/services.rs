//! Services that look like S3, or follow its rules under another name.

use sigv4_vectors::model::{Placement, Profile};

use super::rules::PATH_ENCODED;
use super::{Corner, Sample, Topic};

static TOPIC: Topic = Topic::new(
    "service-paths",
    "Paths of services that look like S3, by the common rules and by those of S3",
    &PATH_ENCODED,
    &["path-as-sent", "scope-text"],
);

pub(super) fn corners(corners: &mut Vec<Corner>) {
    for profile in [Profile::Generic, Profile::S3] {
        for placement in [Placement::Header, Placement::Query] {
            for service in SERVICES {
                for (name, target) in TARGETS {
                    // The path is made canonical in the same step in both placements: one target
                    // shows that.
                    if placement == Placement::Query && *name != "escape" {
                        continue;
                    }
                    let sample = Sample::new((profile, placement))
                        .target(*target)
                        .with(|input| input.service = (*service).into());
                    let title = format!("The path `{target}` of the service `{service}`");
                    let label = service.to_ascii_lowercase();
                    let capitals = if label == *service { "" } else { "-capitals" };
                    corners.push(TOPIC.corner(&format!("{label}{capitals}-{name}"), title, sample));
                }
            }
        }
    }
}

const SERVICES: &[&str] =
    &["s3", "S3", "s3express", "s3-outposts", "s3-object-lambda", "s3tables", "s4", "execute-api"];

const TARGETS: &[(&str, &str)] =
    &[("escape", "/%2B"), ("slashes-and-parent", "/a//b/../c"), ("reserved", "/a*b")];
