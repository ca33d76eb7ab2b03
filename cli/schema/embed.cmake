# Writes cli/schema/*.json into a C++ source: cmake -DFOLDER=… -DOUTPUT=… -P embed.cmake
file(GLOB files "${FOLDER}/*.json")
list(SORT files)
set(rows "")
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME)
  string(REGEX REPLACE "\\.v[0-9]+\\.json$" "" name "${name}")
  file(READ "${file}" text)
  string(APPEND rows "    {\"${name}\", R\"schema(${text})schema\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"cli/schemas.h\"

namespace demarc {

std::span<const Schema> schemas() {
  static constexpr Schema kSchemas[] = {
${rows}  };
  return kSchemas;
}

}  // namespace demarc
")
