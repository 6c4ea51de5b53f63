//! The federation: which document providers there are, this hub among them.

use crate::document_provider::{DocumentProvider, Said, THIS_HUB, day_of};
use crate::error::Error;
use crate::hub::Hub;
use crate::text::Texts;

/// Everybody on the list, by id; those too that do not serve yet or any more.
pub(super) async fn listed(hub: &Hub) -> Result<Vec<DocumentProvider>, Error> {
    let mut listed = hub.parts().db.document_providers().await?;
    let own = listed.iter().position(|entry| entry.id == THIS_HUB).map(|at| listed.remove(at));
    listed.push(this_hub(hub, own).await?);
    listed.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(listed)
}

/// The hub's own entry: in its operators' words if they found any, its address and version as they are.
async fn this_hub(hub: &Hub, said: Option<DocumentProvider>) -> Result<DocumentProvider, Error> {
    let began = day_of(hub.parts().db.began_at().await?);
    let texts = |words: [(&str, &str); 4]| -> Texts {
        words.into_iter().map(|(language, text)| (language.to_owned(), text.to_owned())).collect()
    };
    let said = said.unwrap_or_else(|| DocumentProvider {
        id: THIS_HUB.to_owned(),
        client_id: None,
        name: texts(["nl", "fr", "de", "en"].map(|language| (language, "Facteur"))),
        description: texts(DESCRIPTION),
        url: String::new(),
        active_from: began,
        active_until: None,
        contact: format!("{}/docs", hub.issuer()),
        api_version: String::new(),
        maintenance: Vec::new(),
        said: Said::default(),
    });
    let (url, api_version) = (format!("{}/", hub.audiences().registry), API_VERSION.to_owned());
    Ok(DocumentProvider { url, api_version, ..said })
}

impl Hub {
    /// The id under which this hub itself is on the list.
    pub const fn document_provider_id(&self) -> &'static str {
        THIS_HUB
    }
}

const DESCRIPTION: [(&str, &str); 4] = [
    ("nl", "Bewaart officiële berichten voor burgers en ondernemingen"),
    ("fr", "Conserve les messages officiels des citoyens et des entreprises"),
    ("de", "Bewahrt amtliche Nachrichten für Bürger und Unternehmen auf"),
    ("en", "Keeps official messages for citizens and enterprises"),
];
/// The Message Registry that this hub speaks.
const API_VERSION: &str = "2.1";
