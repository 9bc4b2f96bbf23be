/* A database's tables for people, made of the rows of the statements that are shown. */
#ifndef COLLECT_POSTGRES_DETAIL_H
#define COLLECT_POSTGRES_DETAIL_H

#include "collect/detail.h"
#include "collect/postgres_rows.h"

/* Each is one statement's `show`. */
void postgres_show_sessions(struct detail *detail, const struct postgres_rows *rows);
void postgres_show_blocking(struct detail *detail, const struct postgres_rows *rows);
void postgres_show_replication(struct detail *detail, const struct postgres_rows *rows);
void postgres_show_receiver(struct detail *detail, const struct postgres_rows *rows);
void postgres_show_slots(struct detail *detail, const struct postgres_rows *rows);
void postgres_show_archiver(struct detail *detail, const struct postgres_rows *rows);
void postgres_show_databases(struct detail *detail, const struct postgres_rows *rows);
void postgres_show_tables(struct detail *detail, const struct postgres_rows *rows);
void postgres_show_top(struct detail *detail, const struct postgres_rows *rows);

/* Any rows, as they came: a query of the system's own. */
void postgres_show_plain(struct detail *detail, const char *title, const struct postgres_rows *rows);

#endif
