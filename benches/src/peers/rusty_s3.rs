//! `rusty-s3`, which only presigns URLs.

use std::hint::black_box;
use std::time::Duration;

use jiff::Timestamp;
use rusty_s3::actions::{GetObject, S3Action};
use rusty_s3::{Bucket, Credentials, UrlStyle};

use super::check;
use crate::contender::Contender;
use crate::scene::{ACCESS_KEY_ID, EXPIRES, REGION, SECRET, Scene, time};

pub(super) fn contender(scene: &Scene) -> Contender<'_> {
    let endpoint = "https://s3.amazonaws.com".parse().expect("a sound URL");
    let bucket = Bucket::new(endpoint, UrlStyle::VirtualHost, "examplebucket", REGION);
    let bucket = bucket.expect("a sound bucket");
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET);
    let time = Timestamp::from_second(time().unix_seconds()).expect("a time");
    let (_, target, _) = scene.parts();
    let act = move || {
        let action = GetObject::new(&bucket, Some(&credentials), black_box(&target[1..]));
        action.sign_with_time(Duration::from_secs(EXPIRES), &time)
    };
    let url = act();
    check(scene, "rusty-s3", &url.as_str()[url.as_str().len() - 64..]);
    Contender::new("rusty-s3", true, move || drop(black_box(act())))
}
