// A folder seen through a file system that folds letter case and Unicode form (tests/support/folding_fs.c).
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { compile, needs } from "./project.mjs";

// Mounts `folder` at `mount` of the project `files`, or says why that cannot be done here: { mount } or { reason }.
export function mountFolded(folder, files) {
  const lacks = needs("root", "cc", "fusermount3");
  if (lacks) return { reason: lacks };
  let fuse;
  try {
    const libraries = ["-D_FILE_OFFSET_BITS=64", "-I/usr/include/fuse3", "-lfuse3", "-lpthread"];
    fuse = compile("folding_fs.c", join(files.path, "folding_fs"), ...libraries);
  } catch (error) {
    return { reason: `needs libfuse3-dev: ${error.message.split("\n")[0]}` };
  }
  const mount = join(files.path, "mount");
  mkdirSync(mount);
  const mounted = spawnSync(fuse, [folder, mount], { encoding: "utf8" });
  const folds = mounted.status === 0 && readdirSync(folder).every((name) => existsSync(join(mount, name.toUpperCase())));
  if (folds) return { mount };
  // What removes `files` must not reach through it.
  unmount({ mount });
  return { reason: `FUSE does not mount here: ${mounted.stderr}` };
}

export function unmount({ mount }) {
  if (mount) spawnSync("fusermount3", ["-u", "-z", mount]);
}
