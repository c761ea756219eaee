package mailflow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// getJSON reads the value of a key; v stays as it is when there is none.
func getJSON(b *bolt.Bucket, key string, v any) error {
	raw := b.Get([]byte(key))
	if raw == nil {
		return nil
	}
	return json.Unmarshal(raw, v)
}

func putJSON(b *bolt.Bucket, key string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return b.Put([]byte(key), raw)
}

// rewrite changes the values of a bucket that contain the word and for which change says so.
func rewrite[T any](bucket *bolt.Bucket, word string, change func(*T) bool) error {
	changed := map[string]T{}
	err := bucket.ForEach(func(k, v []byte) error {
		if !bytes.Contains(v, []byte(word)) {
			return nil
		}
		var value T
		if err := json.Unmarshal(v, &value); err != nil {
			return fmt.Errorf("ledger entry %s: %w", k, err)
		}
		if change(&value) {
			changed[string(k)] = value
		}
		return nil
	})
	for k, value := range changed {
		err = errors.Join(err, putJSON(bucket, k, value))
	}
	return err
}

// remove deletes the keys of a bucket whose values are old.
func remove[T any](bucket *bolt.Bucket, old func(T) bool) error {
	var keys [][]byte
	err := bucket.ForEach(func(k, v []byte) error {
		var value T
		if err := json.Unmarshal(v, &value); err != nil {
			return fmt.Errorf("ledger entry %s: %w", k, err)
		}
		if old(value) {
			keys = append(keys, bytes.Clone(k))
		}
		return nil
	})
	for _, k := range keys {
		err = errors.Join(err, bucket.Delete(k))
	}
	return err
}
