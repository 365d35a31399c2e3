import { Field, Icon, IconButton } from "@vitrine/components/views";
import { h } from "preact";
import { useState } from "preact/hooks";
import { jsx } from "preact/jsx-runtime";
import { startPage } from "./start-page.tsx";

/**
 * What every page has. The build makes each view reach it, so that it comes to lie in one file: a bundler would cut it
 * into a dozen by who uses what, and small files compress badly.
 */
export const base = [startPage, Field, Icon, IconButton, h, useState, jsx];
