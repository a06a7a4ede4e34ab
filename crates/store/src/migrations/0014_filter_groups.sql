-- Text filters tell spans apart by groups (store::text_filter). Those from before have one: NULL.
ALTER TABLE block_filter ADD COLUMN groups BLOB;
