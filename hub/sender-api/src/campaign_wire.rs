//! What travels about campaigns.

use hub_core::access::sender::{CampaignOutcomes, CampaignStatus};
use hub_core::clock::Timestamp;
use hub_core::message::draft::{Draft, Recipient};
use serde::{Deserialize, Serialize};

use crate::wire::MessageToPublish;

/// The letter of a campaign: that of one message, but for what concerns one recipient alone.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CampaignToCreate {
    #[serde(default)]
    pub(crate) dry_run: bool,
    subject: crate::wire::Texts,
    sender_organization: String,
    message_type: String,
    #[serde(default, deserialize_with = "crate::wire::present")]
    body: Option<crate::wire::BodyToPublish>,
    #[serde(default, deserialize_with = "crate::wire::at_least_one")]
    attachments: Vec<crate::wire::AttachmentToPublish>,
    #[serde(default)]
    business_data: Vec<crate::wire::BusinessDatum>,
    #[serde(default, deserialize_with = "crate::wire::present")]
    payment: Option<crate::wire::Payment>,
    #[serde(default)]
    registered_mail: bool,
    #[serde(default)]
    reply_allowed: bool,
}

impl From<CampaignToCreate> for Draft {
    fn from(campaign: CampaignToCreate) -> Self {
        let nobody = crate::wire::Recipient { ssin: None, enterprise_number: None };
        let letter = MessageToPublish {
            recipient: nobody,
            subject: campaign.subject,
            sender_organization: campaign.sender_organization,
            message_type: campaign.message_type,
            body: campaign.body,
            attachments: campaign.attachments,
            business_data: campaign.business_data,
            for_the_attention_of: None,
            payment: campaign.payment,
            registered_mail: campaign.registered_mail,
            reply_allowed: campaign.reply_allowed,
            replaces: None,
            remind_after: None,
            follow_recipient: false,
        };
        Self { recipient: Recipient { ssin: None, enterprise_number: None }, ..letter.into() }
    }
}

/// A campaign.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Campaign {
    campaign_id: String,
    #[serde(rename = "self")]
    pub(crate) own_href: String,
    state: &'static str,
    dry_run: bool,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<Counts>,
    recipients_href: String,
}

/// How many recipients have which outcome; those of a dry run have words of their own.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    recipients: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_delivered: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reachable: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_reachable: Option<i64>,
    duplicate: i64,
    invalid: i64,
    waiting: i64,
}

/// Outcomes of recipients.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Outcomes {
    #[serde(rename = "self")]
    own_href: String,
    items: Vec<Outcome>,
    page_size: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    line: i64,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<String>,
}

impl Campaign {
    /// A campaign; `base` is the API's address.
    pub(crate) fn of(campaign: &CampaignStatus, base: &str) -> Self {
        let written = |at: Option<Timestamp>| at.map(Timestamp::rfc3339);
        let own_href = format!("{base}/campaigns/{}", campaign.id);
        let dry = campaign.dry_run;
        let counts = campaign.counts.map(|counts| Counts {
            recipients: counts.recipients,
            delivered: (!dry).then_some(counts.reached),
            not_delivered: (!dry).then_some(counts.not_reached),
            reachable: dry.then_some(counts.reached),
            not_reachable: dry.then_some(counts.not_reached),
            duplicate: counts.duplicates,
            invalid: counts.invalid,
            waiting: counts.waiting,
        });
        Self {
            campaign_id: campaign.id.clone(),
            recipients_href: format!("{own_href}/recipients"),
            own_href,
            state: campaign.state.name(),
            dry_run: dry,
            created_at: campaign.created_at.rfc3339(),
            accepted_at: written(campaign.accepted_at),
            ended_at: written(campaign.ended_at),
            counts,
        }
    }
}

impl Outcomes {
    /// A page of the list at that address; `base` is the API's.
    pub(crate) fn of(
        page: CampaignOutcomes,
        (list, base): (&str, &str),
        (after, size): (Option<String>, Option<String>),
    ) -> Self {
        let link = |after: Option<String>| {
            let asked = [("after", after), ("pageSize", size.clone())];
            let asked: Vec<String> =
                asked.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?))).collect();
            let mark = if asked.is_empty() { "" } else { "?" };
            format!("{list}{mark}{}", asked.join("&"))
        };
        Self {
            next: page.next.map(|line| link(Some(line.to_string()))),
            own_href: link(after),
            page_size: page.size,
            items: page
                .items
                .into_iter()
                .map(|item| Outcome {
                    line: item.line,
                    outcome: item.outcome.name(),
                    href: item.message_id.as_deref().map(|id| format!("{base}/messages/{id}")),
                    message_id: item.message_id,
                })
                .collect(),
        }
    }
}
