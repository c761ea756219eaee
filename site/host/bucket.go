package host

import (
	"bytes"
	"context"
	"fmt"
	"mime"
	"net/url"
	"path"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// bucket is a bucket of an S3-compatible service, or what lies under one prefix of it.
type bucket struct {
	client *minio.Client
	name   string
	prefix string // "" or ending in a slash
}

// openBucket reads s3://BUCKET/PREFIX?endpoint=https://…&region=…. Without an endpoint it is Amazon's.
func openBucket(target string, ours func(string) bool) (Host, error) {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%q is not like s3://BUCKET/PREFIX?endpoint=https://…", target)
	}
	endpoint := &url.URL{Scheme: "https", Host: "s3.amazonaws.com"}
	if e := u.Query().Get("endpoint"); e != "" {
		if endpoint, err = url.Parse(e); err != nil || endpoint.Host == "" {
			return nil, fmt.Errorf("endpoint %q is not like https://s3.example.org", e)
		}
	}
	keys := credentials.NewChainCredentials([]credentials.Provider{
		&credentials.EnvAWS{}, &credentials.EnvMinio{}, &credentials.FileAWSCredentials{},
	})
	client, err := minio.New(endpoint.Host, &minio.Options{Creds: keys, Secure: endpoint.Scheme == "https", Region: u.Query().Get("region")})
	if err != nil {
		return nil, err
	}
	b := bucket{client: client, name: u.Host, prefix: strings.TrimPrefix(u.Path, "/")}
	if b.prefix != "" && !strings.HasSuffix(b.prefix, "/") {
		b.prefix += "/"
	}
	return mirror{b, ours}, nil
}

// list takes the ETag for the fingerprint: the MD5 of what was put in one piece, where the service does not encrypt with keys of its own.
func (b bucket) list(ctx context.Context) (map[string]string, error) {
	there := map[string]string{}
	for object := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix, Recursive: true}) {
		if object.Err != nil {
			return nil, object.Err
		}
		there[strings.TrimPrefix(object.Key, b.prefix)] = strings.Trim(object.ETag, `"`)
	}
	return there, nil
}

func (b bucket) put(ctx context.Context, name string, data []byte) error {
	kind := mime.TypeByExtension(path.Ext(name))
	if path.Ext(name) == ".age" || kind == "" {
		kind = "application/octet-stream"
	}
	_, err := b.client.PutObject(ctx, b.name, b.prefix+name, bytes.NewReader(data), int64(len(data)),
		minio.PutObjectOptions{ContentType: kind, CacheControl: caching(name), DisableMultipart: true, SendContentMd5: true})
	return err
}

func (b bucket) remove(ctx context.Context, name string) error {
	return b.client.RemoveObject(ctx, b.name, b.prefix+name, minio.RemoveObjectOptions{})
}

// caching: an asset's name changes with its bytes; everything else is asked for anew.
func caching(name string) string {
	if strings.HasPrefix(name, "assets/") {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}
