//! The stylesheet, the icon and the viewer of API documents, compiled in; their address contains a hash of their content, so that browsers may keep
//! them for good.

use std::sync::LazyLock;

/// An asset of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asset {
    /// The stylesheet.
    Style,
    /// The icon of the service.
    Icon,
    /// What begins the viewer of API documents.
    Viewer,
    /// The viewer: Swagger UI, as it is published.
    SwaggerUi,
    /// The viewer's own stylesheet.
    SwaggerUiStyle,
}

impl Asset {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Style, Self::Icon, Self::Viewer, Self::SwaggerUi, Self::SwaggerUiStyle];

    /// Its bytes.
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::Style => include_bytes!("../assets/portal.css"),
            Self::Icon => include_bytes!("../assets/facteur.svg"),
            Self::Viewer => include_bytes!("../assets/viewer.js"),
            Self::SwaggerUi => include_bytes!("../assets/swagger-ui/swagger-ui-bundle.js"),
            Self::SwaggerUiStyle => include_bytes!("../assets/swagger-ui/swagger-ui.css"),
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Style | Self::SwaggerUiStyle => "text/css; charset=utf-8",
            Self::Viewer | Self::SwaggerUi => "text/javascript; charset=utf-8",
            Self::Icon => "image/svg+xml",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Style => "portal.css",
            Self::Icon => "facteur.svg",
            Self::Viewer => "viewer.js",
            Self::SwaggerUi => "swagger-ui.js",
            Self::SwaggerUiStyle => "swagger-ui.css",
        }
    }
}

/// The address of `asset`: `/assets/{hash}-{name}`.
pub fn path(asset: Asset) -> &'static str {
    ADDRESSES.iter().find(|(of, _)| *of == asset).map_or("", |(_, address)| address)
}

/// The asset whose address ends in `file` (`{hash}-{name}`); an old hash is not found.
pub fn find(file: &str) -> Option<Asset> {
    Asset::ALL.into_iter().find(|asset| path(*asset).strip_prefix(FOLDER) == Some(file))
}

fn address(asset: Asset) -> String {
    format!("{FOLDER}{:016x}-{}", fingerprint(asset.bytes()), asset.name())
}

/// 64-bit FNV-1a: tells versions apart, proves nothing.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

const FOLDER: &str = "/assets/";
static ADDRESSES: LazyLock<[(Asset, String); 5]> =
    LazyLock::new(|| Asset::ALL.map(|asset| (asset, address(asset))));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_under_its_present_address_only() {
        for asset in Asset::ALL {
            assert_eq!(find(path(asset).strip_prefix("/assets/").unwrap()), Some(asset));
        }
        assert_eq!(find("0000000000000000-portal.css"), None);
        assert_eq!(find("portal.css"), None);
    }

    #[test]
    fn fingerprints_are_fnv_1a() {
        assert_eq!(fingerprint(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
