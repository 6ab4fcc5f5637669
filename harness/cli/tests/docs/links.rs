//! Where the links of a page lead.

use std::path::{Component, Path, PathBuf};

use super::page::Page;

/// The links of a page that lead nowhere.
pub(crate) fn broken(root: &Path, page: &Page, pages: &[Page]) -> Vec<String> {
    let mut broken = Vec::new();
    for link in &page.links {
        let target = link.text.as_str();
        if target.contains("://") || target.starts_with("mailto:") {
            continue;
        }
        let (path, anchor) = target.split_once('#').map_or((target, None), |(p, a)| (p, Some(a)));
        let path = if path.is_empty() {
            page.path.clone()
        } else {
            normal(&page.path.parent().expect("a folder").join(path))
        };
        let place = page.place(link.at);
        if !root.join(&path).exists() {
            broken.push(format!("{place}: {target}: there is no {}", path.display()));
        } else if let Some(anchor) = anchor {
            let known = pages.iter().find(|it| it.path == path).map(|it| &it.anchors);
            if !known.is_some_and(|known| known.iter().any(|it| it == anchor)) {
                broken.push(format!("{place}: {target}: no heading has the anchor #{anchor}"));
            }
        }
    }
    broken
}

/// A path without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            _ => normal.push(part),
        }
    }
    normal
}
