//! The truth on both databases.

use sqlx::{Connection, PgConnection};
use system_tests::database::databases;

#[tokio::test]
async fn every_test_gets_databases_of_its_own() {
    for database in databases().await {
        if database.name == "postgresql" {
            let mut connection = PgConnection::connect(&database.url).await.unwrap();
            let (fsync,): (String,) = sqlx::query_as("SHOW fsync")
                .fetch_one(&mut connection)
                .await
                .unwrap();
            assert_eq!(fsync, "on");
        }
        assert!(database.data().is_dir());
    }
}
