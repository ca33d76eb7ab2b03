# The program without shared libraries: it starts in half the time (a dynamic loader maps and relocates ten of them before
# main() runs), needs no particular glibc, and is one file to copy. Debian ships oneTBB, fmt, simdjson and mimalloc as
# shared objects alone, so they are compiled from the sources of the same packages, which scripts/setup fetches.
# Where they are missing, the program is linked dynamically like everything else.
#
# Measured: `demarc --version` takes 6.8 ms of processor time instead of 12.5 (mean of 30 runs on a loaded machine), and
# 131 page faults instead of 222.
set(sources ${CMAKE_SOURCE_DIR}/.cache/sources)
find_library(DEMARC_STATIC_GUMBO libgumbo.a)
foreach(needed ${sources}/onetbb/src/tbb/task.cpp ${sources}/mimalloc/src/static.c ${sources}/fmt/src/format.cc
    ${sources}/simdjson/singleheader/simdjson.cpp ${DEMARC_STATIC_GUMBO})
  if(NOT EXISTS "${needed}")
    message(STATUS "The program is linked with shared libraries, because ${needed} is missing. Run scripts/setup.")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${needed}")
    return()
  endif()
endforeach()

function(demarc_static name)
  add_library(static_${name} STATIC EXCLUDE_FROM_ALL ${ARGN})
  target_compile_options(static_${name} PRIVATE -w -O2)
  set_target_properties(static_${name} PROPERTIES UNITY_BUILD OFF)
endfunction()

# As its own build does for a static library: nothing is loaded at run time, so no other allocator is looked for.
file(GLOB tbb_sources CONFIGURE_DEPENDS ${sources}/onetbb/src/tbb/*.cpp)
demarc_static(tbb ${tbb_sources} no_dlopen.c)
set_source_files_properties(${sources}/onetbb/src/tbb/dynamic_link.cpp PROPERTIES
  COMPILE_DEFINITIONS dlopen=demarc_no_dlopen)
target_include_directories(static_tbb SYSTEM PUBLIC ${sources}/onetbb/include)
target_compile_definitions(static_tbb PRIVATE
  __TBB_BUILD __TBB_DYNAMIC_LOAD_ENABLED=0 __TBB_SOURCE_DIRECTLY_INCLUDED=1)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(static_tbb PRIVATE -mrtm -mwaitpkg)  # used only on processors that have them
endif()
target_link_libraries(static_tbb PUBLIC Threads::Threads)

demarc_static(mimalloc ${sources}/mimalloc/src/static.c)
target_include_directories(static_mimalloc SYSTEM PUBLIC ${sources}/mimalloc/include)
target_compile_definitions(static_mimalloc PRIVATE MI_STATIC_LIB NDEBUG)

demarc_static(fmt ${sources}/fmt/src/format.cc)
target_include_directories(static_fmt SYSTEM PUBLIC ${sources}/fmt/include)

demarc_static(simdjson ${sources}/simdjson/singleheader/simdjson.cpp)

add_library(static_gumbo INTERFACE)
target_link_libraries(static_gumbo INTERFACE ${DEMARC_STATIC_GUMBO})

# Position-independent all the same: the program reads what strangers wrote.
set_target_properties(demarc PROPERTIES STATIC_LIBRARIES ON)
target_link_options(demarc PRIVATE -static-pie)
