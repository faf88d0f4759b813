// Rows and answers as the server sends them.

export const row = (id, fields = {}) => ({
  id,
  start_ms: 0,
  end_ms: 1_000,
  position: 0,
  speaker_id: "s1",
  text: "你好",
  status: "machine",
  is_edited: false,
  is_flagged: false,
  comment: "",
  ...fields,
});

export const changes = (fields = {}) => ({
  revision: 1,
  head_edit_id: 1,
  can_undo: true,
  can_redo: false,
  is_complete: false,
  speakers: [],
  utterances: [],
  removed: [],
  ...fields,
});
