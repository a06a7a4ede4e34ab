//! Forward migrations, embedded; all pending ones in one transaction, after a backup.
//!
//! Two numbers, kept apart: the list of migrations that ran (table `migration`), and the *format* in `user_version`, which is
//! raised only when an older binary must refuse the file.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::StoreError;

/// The newest format that this binary reads, and the one that it writes.
///
/// 2: blocks may be compressed with LZ4. 3: text filters may have groups, without which they would be misread.
pub(crate) const FORMAT: u32 = 3;

/// Never edited, only added to. Each has an old database in `tests/fixtures/db` once there is a newer one.
const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_initial", include_str!("migrations/0001_initial.sql")),
    ("0002_logs_and_rejected", include_str!("migrations/0002_logs_and_rejected.sql")),
    ("0003_block_merge", include_str!("migrations/0003_block_merge.sql")),
    ("0004_retention", include_str!("migrations/0004_retention.sql")),
    ("0005_search", include_str!("migrations/0005_search.sql")),
    ("0006_span_marks", include_str!("migrations/0006_span_marks.sql")),
    ("0007_assessments_and_runs", include_str!("migrations/0007_assessments_and_runs.sql")),
    ("0008_trace_artifacts", include_str!("migrations/0008_trace_artifacts.sql")),
    ("0009_journal", include_str!("migrations/0009_journal.sql")),
    ("0010_comparison", include_str!("migrations/0010_comparison.sql")),
    ("0011_row_rules", include_str!("migrations/0011_row_rules.sql")),
    ("0012_client_trace_id", include_str!("migrations/0012_client_trace_id.sql")),
    ("0013_failed_traces", include_str!("migrations/0013_failed_traces.sql")),
    ("0014_filter_groups", include_str!("migrations/0014_filter_groups.sql")),
];

/// Brings the database up to date.
pub(crate) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    apply(connection, path, MIGRATIONS)
}

fn apply(connection: &mut Connection, path: &Path, migrations: &[(&str, &str)]) -> Result<(), StoreError> {
    let n_done = n_applied(connection)?;
    let Some(pending) = migrations.get(n_done..).filter(|pending| !pending.is_empty()) else {
        return raise_format(connection);
    };
    if n_done > 0 {
        back_up(connection, path, n_done)?;
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    tx.execute_batch(
        "CREATE TABLE IF NOT EXISTS migration (name TEXT NOT NULL PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT;",
    )?;
    for (name, sql) in pending {
        tx.execute_batch(sql)?;
        tx.execute("INSERT INTO migration VALUES (?1, unixepoch())", [name])?;
    }
    tx.pragma_update(None, "user_version", FORMAT)?;
    tx.commit()?;
    Ok(())
}

/// Says that older binaries must not read the file, which has the tables of this one already and may get what they do not know.
fn raise_format(connection: &Connection) -> Result<(), StoreError> {
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found < FORMAT {
        connection.pragma_update(None, "user_version", FORMAT)?;
    }
    Ok(())
}

fn n_applied(connection: &Connection) -> Result<usize, StoreError> {
    let has_table: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration')",
        [],
        |row| row.get(0),
    )?;
    if !has_table {
        return Ok(0);
    }
    Ok(connection.query_row("SELECT count(*) FROM migration", [], |row| row.get(0))?)
}

/// Copies the database beside itself, named after the number of migrations that it has.
fn back_up(connection: &Connection, path: &Path, n_done: usize) -> Result<(), StoreError> {
    let backup = path.with_extension(format!("before-{:04}.db", n_done + 1));
    if backup.exists() {
        return Ok(()); // A former attempt failed after the copy: the copy is the older and better one.
    }
    connection.backup("main", &backup, None::<fn(rusqlite::backup::Progress)>)?;
    tracing::info!(path = %backup.display(), "database backed up before a migration");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_step_undoes_all_steps_and_leaves_a_backup() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.db");
        let mut connection = Connection::open(&path).unwrap();
        apply(&mut connection, &path, &[("1", "CREATE TABLE a (x)")]).unwrap();
        let steps = [("1", "CREATE TABLE a (x)"), ("2", "CREATE TABLE b (x)"), ("3", "CREATE TABLE b (x)")];
        assert!(apply(&mut connection, &path, &steps).is_err());
        assert_eq!(n_applied(&connection).unwrap(), 1);
        assert!(connection.execute_batch("SELECT * FROM b").is_err(), "step 2 was undone");
        let backup = Connection::open(folder.path().join("t.before-0002.db")).unwrap();
        assert_eq!(n_applied(&backup).unwrap(), 1);
    }
}
