//! Values bound to a statement: a tuple, in the order of `$1`, `$2`, ….

use rusqlite::{Statement, ToSql};
use sqlx::error::BoxDynError;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, Encode, Postgres, Sqlite, Type};

/// A value that both databases can be given.
pub trait Param:
    for<'q> Encode<'q, Postgres> + Type<Postgres> + for<'q> Encode<'q, Sqlite> + Type<Sqlite> + ToSql + Send
{
}

impl<T> Param for T where
    T: for<'q> Encode<'q, Postgres>
        + Type<Postgres>
        + for<'q> Encode<'q, Sqlite>
        + Type<Sqlite>
        + ToSql
        + Send
{
}

/// A tuple of values for one statement.
pub trait Params: Send + Sized {
    /// How many values there are.
    const COUNT: usize;

    /// Adds the values to those that PostgreSQL is given.
    fn add_postgres(self, arguments: &mut PgArguments) -> Result<(), BoxDynError>;

    /// Adds the values to those that SQLite is given.
    fn add_sqlite(self, arguments: &mut SqliteArguments) -> Result<(), BoxDynError>;

    /// Gives the values to a statement that is read on the spot.
    fn bind(&self, statement: &mut Statement<'_>) -> rusqlite::Result<()>;

    /// The values as PostgreSQL takes them.
    fn postgres(self) -> Result<PgArguments, BoxDynError> {
        let mut arguments = PgArguments::default();
        self.add_postgres(&mut arguments)?;
        Ok(arguments)
    }

    /// The values as SQLite takes them.
    fn sqlite(self) -> Result<SqliteArguments, BoxDynError> {
        let mut arguments = SqliteArguments::default();
        self.add_sqlite(&mut arguments)?;
        Ok(arguments)
    }
}

impl Params for () {
    const COUNT: usize = 0;

    fn add_postgres(self, _: &mut PgArguments) -> Result<(), BoxDynError> {
        Ok(())
    }

    fn add_sqlite(self, _: &mut SqliteArguments) -> Result<(), BoxDynError> {
        Ok(())
    }

    fn bind(&self, _: &mut Statement<'_>) -> rusqlite::Result<()> {
        Ok(())
    }
}

macro_rules! tuple_params {
    ($count:literal: $($field:tt $name:ident),+) => {
        impl<$($name: Param),+> Params for ($($name,)+) {
            const COUNT: usize = $count;

            fn add_postgres(self, arguments: &mut PgArguments) -> Result<(), BoxDynError> {
                $(arguments.add(self.$field)?;)+
                Ok(())
            }

            fn add_sqlite(self, arguments: &mut SqliteArguments) -> Result<(), BoxDynError> {
                $(Arguments::add(arguments, self.$field)?;)+
                Ok(())
            }

            fn bind(&self, statement: &mut Statement<'_>) -> rusqlite::Result<()> {
                $(bind_nth(statement, $field, &self.$field)?;)+
                Ok(())
            }
        }
    };
}

tuple_params!(1: 0 A);
tuple_params!(2: 0 A, 1 B);
tuple_params!(3: 0 A, 1 B, 2 C);
tuple_params!(4: 0 A, 1 B, 2 C, 3 D);
tuple_params!(5: 0 A, 1 B, 2 C, 3 D, 4 E);
tuple_params!(6: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F);
tuple_params!(7: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G);
tuple_params!(8: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H);
tuple_params!(9: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I);
tuple_params!(10: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I, 9 J);
tuple_params!(11: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I, 9 J, 10 K);
tuple_params!(12: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I, 9 J, 10 K, 11 L);
tuple_params!(13: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I, 9 J, 10 K, 11 L, 12 M);
tuple_params!(14: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I, 9 J, 10 K, 11 L, 12 M, 13 N);
tuple_params!(15: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I, 9 J, 10 K, 11 L, 12 M, 13 N, 14 O);
tuple_params!(16: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I, 9 J, 10 K, 11 L, 12 M, 13 N, 14 O, 15 P);
tuple_params!(17: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I, 9 J, 10 K, 11 L, 12 M, 13 N, 14 O, 15 P, 16 Q);
tuple_params!(19: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I, 9 J, 10 K, 11 L, 12 M, 13 N, 14 O, 15 P, 16 Q, 17 R, 18 S);
tuple_params!(21: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H, 8 I, 9 J, 10 K, 11 L, 12 M, 13 N, 14 O, 15 P, 16 Q, 17 R, 18 S, 19 T, 20 U);

/// Two values, and a list of as many more as the statement has places for.
pub struct WithList<A, B, T, const N: usize>(pub A, pub B, pub [T; N]);

impl<A: Param, B: Param, T: Param, const N: usize> Params for WithList<A, B, T, N> {
    const COUNT: usize = 2 + N;

    fn add_postgres(self, arguments: &mut PgArguments) -> Result<(), BoxDynError> {
        arguments.add(self.0)?;
        arguments.add(self.1)?;
        self.2.into_iter().try_for_each(|value| arguments.add(value))
    }

    fn add_sqlite(self, arguments: &mut SqliteArguments) -> Result<(), BoxDynError> {
        Arguments::add(arguments, self.0)?;
        Arguments::add(arguments, self.1)?;
        self.2.into_iter().try_for_each(|value| Arguments::add(arguments, value))
    }

    fn bind(&self, statement: &mut Statement<'_>) -> rusqlite::Result<()> {
        bind_nth(statement, 0, &self.0)?;
        bind_nth(statement, 1, &self.1)?;
        self.2.iter().enumerate().try_for_each(|(n, value)| bind_nth(statement, 2 + n, value))
    }
}

/// Binds the value behind `$1` if `n` is 0, and so on; SQLite itself counts such names in the order in which it meets them.
fn bind_nth(statement: &mut Statement<'_>, n: usize, value: &impl ToSql) -> rusqlite::Result<()> {
    let name = NAMES.get(n).ok_or(rusqlite::Error::InvalidParameterCount(n + 1, NAMES.len()))?;
    match statement.parameter_index(name)? {
        Some(index) => statement.raw_bind_parameter(index, value),
        None => Err(rusqlite::Error::InvalidParameterName((*name).to_owned())),
    }
}

/// How a statement names its values.
const NAMES: [&str; 33] = [
    "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$16",
    "$17", "$18", "$19", "$20", "$21", "$22", "$23", "$24", "$25", "$26", "$27", "$28", "$29", "$30", "$31",
    "$32", "$33",
];

/// Refuses a statement that names more values than it is given: SQLite would read the missing ones as NULL.
pub(super) fn check_count(sql: &str, given: usize) -> sqlx::Result<()> {
    let named = highest_placeholder(sql);
    if named == given {
        return Ok(());
    }
    Err(sqlx::Error::Protocol(format!("the statement names {named} values and is given {given}")))
}

fn highest_placeholder(sql: &str) -> usize {
    sql.split('$')
        .skip(1)
        .filter_map(|rest| {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            rest.get(..digits)?.parse().ok()
        })
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_placeholder_counts() {
        assert_eq!(highest_placeholder("SELECT 1"), 0);
        assert_eq!(highest_placeholder("SELECT $2, $10, $1"), 10);
        assert!(check_count("SELECT $1, $2", 1).is_err());
        assert!(check_count("SELECT $1, $2", 2).is_ok());
    }
}
