//! Rows that both databases can fill.

use rusqlite::Row;
use rusqlite::types::FromSql;
use sqlx::FromRow;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

/// A row type that both databases can fill: a tuple, or a struct made with `record!`.
pub trait Record:
    for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + DirectRow + Send + Unpin
{
}

impl<T> Record for T where
    T: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + DirectRow + Send + Unpin
{
}

/// A row that is read from SQLite on the spot.
pub trait DirectRow: Sized {
    /// Takes it from where a statement stands.
    ///
    /// # Errors
    /// A column that is missing, or holds something else.
    fn read(row: &Row<'_>) -> rusqlite::Result<Self>;
}

/// The value of the column of that name; looked for at `place` first, where the next one is expected then.
pub(crate) fn column<T: FromSql>(row: &Row<'_>, place: &mut usize, name: &str) -> rusqlite::Result<T> {
    let here = *place;
    *place += 1;
    if row.as_ref().column_name(here).is_ok_and(|found| found == name) {
        row.get(here)
    } else {
        row.get(name)
    }
}

macro_rules! tuple_row {
    ($($field:tt $name:ident),+) => {
        impl<$($name: FromSql),+> DirectRow for ($($name,)+) {
            fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
                Ok(($(row.get::<_, $name>($field)?,)+))
            }
        }
    };
}

tuple_row!(0 A);
tuple_row!(0 A, 1 B);
tuple_row!(0 A, 1 B, 2 C);
tuple_row!(0 A, 1 B, 2 C, 3 D);
tuple_row!(0 A, 1 B, 2 C, 3 D, 4 E);
tuple_row!(0 A, 1 B, 2 C, 3 D, 4 E, 5 F);
tuple_row!(0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G);
tuple_row!(0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H);
tuple_row!(0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I);

/// Declares a struct and reads it from the columns that bear its fields' names.
///
/// sqlx's own derive would compile both drivers a second time for the host.
macro_rules! record {
    ($(#[$meta:meta])* $visibility:vis struct $name:ident { $($(#[$field_meta:meta])* $field_visibility:vis $field:ident: $type:ty,)+ }) => {
        $(#[$meta])*
        $visibility struct $name { $($(#[$field_meta])* $field_visibility $field: $type,)+ }

        impl<'r, R> sqlx::FromRow<'r, R> for $name
        where
            R: sqlx::Row,
            &'static str: sqlx::ColumnIndex<R>,
            $($type: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,)+
        {
            fn from_row(row: &'r R) -> sqlx::Result<Self> {
                Ok(Self { $($field: row.try_get(stringify!($field))?,)+ })
            }
        }

        impl $crate::db::DirectRow for $name {
            fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
                let mut place = 0;
                Ok(Self { $($field: $crate::db::column(row, &mut place, stringify!($field))?,)+ })
            }
        }
    };
}
pub(crate) use record;
