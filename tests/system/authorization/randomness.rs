//! Secrets cannot be guessed: judged by many of them.

use std::collections::{BTreeMap, BTreeSet};

use system_tests::database::TestDatabase;
use system_tests::environment::figure;
use system_tests::world::World;
use system_tests::world::provider::{EVERYTHING, Provider};

use super::{form, post, request};

/// Insists that secrets are 43 base64url characters after their prefix, all different, and that no place of theirs
/// is more likely to hold one character than another.
fn judge(what: &str, prefix: &str, secrets: &[String]) {
    let distinct: BTreeSet<&String> = secrets.iter().collect();
    assert_eq!(distinct.len(), secrets.len(), "{what}: one comes twice");
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    let mut places = vec![BTreeSet::new(); 43];
    for secret in secrets {
        let secret = secret.strip_prefix(prefix).unwrap_or_else(|| panic!("{what}: another prefix"));
        assert_eq!(secret.len(), 43, "{what}: 256 bits are 43 characters");
        assert!(secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{what}");
        // the last character carries four bits only
        secret.chars().take(42).for_each(|letter| *counts.entry(letter).or_default() += 1);
        secret.chars().zip(&mut places).for_each(|(letter, place)| place.extend([letter]));
    }
    let total = counts.values().sum::<usize>() as f64;
    let share = |count: &usize| *count as f64 / total;
    let entropy: f64 = -counts.values().map(|count| share(count) * share(count).log2()).sum::<f64>();
    // the estimate is short by chi-square of 63 degrees over 2 n ln 2: 63 on average, and 143 is seven deviations more
    let wanted = 6.0 - 143.0 / (2.0 * total * std::f64::consts::LN_2);
    assert!(entropy > wanted, "{what}: {entropy} bits a character of {total}, {wanted} expected");
    let least = places.iter().map(BTreeSet::len).min().unwrap();
    assert!(least >= (secrets.len() / 3).min(12), "{what}: a place with {least} characters only");
    figure(&format!("{what}: {} samples, {entropy:.2} bits a character", secrets.len()));
}

/// The tokens of the provider itself.
async fn own_token(bank: &Provider<'_>) -> String {
    bank.machine.client_credentials(&bank.client_id, "feed").await
}

#[tokio::test]
async fn what_is_handed_out_in_numbers_cannot_be_guessed() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let bank = world.provider("bank").await;
        let (mut uris, mut tokens) = (Vec::new(), Vec::new());
        for _ in 0..200 {
            let pushed = post(&bank, "/par", &request(&bank)).await.expect(201);
            uris.push(pushed["request_uri"].as_str().unwrap().to_owned());
            tokens.push(own_token(&bank).await);
        }
        judge("request_uri", "urn:ietf:params:oauth:request_uri:", &uris);
        judge("access token", "fat_", &tokens);
    })
    .await;
}

#[tokio::test]
async fn codes_and_refresh_tokens_cannot_be_guessed() {
    World::on(TestDatabase::sqlite().await, async |world| {
        let bank = world.provider("bank").await;
        let (mut codes, mut tokens, mut cookies) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..12 {
            let anna = world.citizen("Anna");
            let asked = bank.asks(&EVERYTHING).await;
            let callback = anna.agrees(&asked).await;
            let redemption = bank.redemption(&asked, &callback);
            codes.push(redemption[2].1.clone());
            tokens.push(bank.redeems(&asked, &callback).await.refresh);
            let login = anna.request("GET", "/login").send().await.unwrap();
            let state = login.headers()["location"].to_str().unwrap().to_owned();
            let state = state.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
            cookies.push(state);
        }
        judge("code", "fac_", &codes);
        judge("refresh token", "frt_", &tokens);
        judge("state of a login", "", &cookies);
        let used = form(&[("client_id", "bank-app"), ("token", &codes[0])]);
        assert_eq!(post(&bank, "/introspect", &used).await.expect(200)["active"], false);
    })
    .await;
}
